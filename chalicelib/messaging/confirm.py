"""Tell a customer that the appointment stands, with an entry for the calendar."""

from chalicelib.activity.happened import Happened
from chalicelib.messaging import post
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.visit import Visit


def booking(change: Change, visit: Visit, happened: Happened) -> None:
    """Put the messages into the outbox with `change`; nothing if something newer has happened to the appointment.

    What came in by a file is old news to its customer, unless the partner wished that they are told.
    """
    if happened.source == "import" and not happened.detail.get("tell"):
        return
    post.to_customer(change, visit, happened, "confirmation")
