"""The secret addresses at which newsletter vendors report who left; they sign nothing, so the address is the proof."""

from chalicelib.plumbing import keyring, settings

_CONTENT = "who left the newsletter"


def token(vendor: str) -> str:
    """The last part of a vendor's address."""
    return keyring.fingerprint(f"{vendor}-hook", _CONTENT)


def is_ours(vendor: str, token: str) -> bool:
    """Whether this is the last part of the vendor's address, as it is now or was before the secret was changed."""
    return keyring.matches(f"{vendor}-hook", _CONTENT, token)


def url(vendor: str) -> str:
    """The whole address, to be entered at the vendor: Ortto in the actions of a journey, Autopilot as a REST hook."""
    return f"{settings.get().public_url}/hooks/{vendor}/{token(vendor)}"
