"""Tell somebody that their password was set anew, so that nobody else sets it unseen (OWASP ASVS 5.0, V6.3.7)."""

from chalicelib.activity.happened import Happened
from chalicelib.messaging import post
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.visit import Visit


def employee(change: Change, visit: Visit, happened: Happened) -> None:
    """Put the mail into the outbox with `change`; a first password, chosen by the link of an invitation, needs none."""
    if not happened.detail.get("first"):
        post.to_account(change, visit, happened, "password_set")
