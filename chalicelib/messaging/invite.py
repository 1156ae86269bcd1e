"""Send a new employee the link to a first password."""

from chalicelib.activity.happened import Happened
from chalicelib.messaging import post
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.visit import Visit


def employee(change: Change, visit: Visit, happened: Happened) -> None:
    """Put the mail into the outbox with `change`."""
    post.to_account(change, visit, happened, "invite")
