"""Tell somebody that their way to sign in was changed, or that somebody else knows their password."""

from collections.abc import Mapping

from chalicelib.activity.happened import Happened
from chalicelib.messaging import post
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.visit import Visit

_MAILS: Mapping[str, tuple[str, str]] = {
    "second_factor.switched_on": ("second_factor_on", "/second-factor"),
    "second_factor.switched_off": ("second_factor_off", "/second-factor"),
    "second_factor.reset": ("second_factor_off", "/second-factor"),
    "login.codes_refused": ("codes_refused", "/forms/forgot-password"),
}
"""By what happened: which mail, and where its link leads."""


def employee(change: Change, visit: Visit, happened: Happened) -> None:
    """Put the mail into the outbox with `change`."""
    kind, path = _MAILS[happened.kind]
    post.to_account(change, visit, happened, kind, path=path)
