"""Where vendors that sign nothing report to us: addresses that only they may know, to be entered at each vendor.

With the environment of the deployed functions (`STAGE`, `TABLE_...`, `MASTER_SECRET`, `PUBLIC_URL`, region):

    python -m infra.hooks
"""

from chalicelib.consent import newsletter_hook
from chalicelib.support import hooks

NEWSLETTERS = ("ortto", "autopilot")


def addresses() -> list[str]:
    """One for each vendor, whether or not it is used."""
    return [*(newsletter_hook.url(vendor) for vendor in NEWSLETTERS), hooks.chat_url()]


if __name__ == "__main__":
    print("\n".join(addresses()))
