"""Send the link that confirms the newsletter; without it nothing leaves the house."""

from chalicelib.activity.happened import Happened
from chalicelib.messaging import post
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.visit import Visit


def partner(change: Change, visit: Visit, happened: Happened) -> None:
    """Put the mail into the outbox with `change`."""
    post.to_account(change, visit, happened, "confirm_newsletter")
