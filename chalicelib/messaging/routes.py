"""What a partner can see of its messages."""

from typing import Any

from chalicelib.messaging import find
from chalicelib.plumbing import doors
from chalicelib.plumbing.doors import Doors
from chalicelib.plumbing.visit import Visit

door = Doors(__name__)


@door.read("/messages", who=doors.TEAM, resource="appointments", query=doors.PAGING, answer="messages")
def list_messages(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """The messages of this partner, the newest first: how each went, and whether it arrived."""
    return find.messages(visit, values)
