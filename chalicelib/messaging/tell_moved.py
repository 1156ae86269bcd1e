"""Tell a customer the new time, with the changed entry for the calendar."""

from chalicelib.activity.happened import Happened
from chalicelib.messaging import post
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.visit import Visit


def customer(change: Change, visit: Visit, happened: Happened) -> None:
    """Put the messages into the outbox with `change`; nothing if something newer has happened to the appointment."""
    post.to_customer(change, visit, happened, "moved")
