"""What a partner can see of its messages."""

from typing import Any

from chalicelib.messaging import find, show_messages
from chalicelib.plumbing import doors
from chalicelib.plumbing.doors import Doors
from chalicelib.plumbing.forms import Field
from chalicelib.plumbing.visit import Visit

door = Doors(__name__)


# An SMS that was handed over and never arrived has failed too.
STATE = Field("state", required=False, options=("failed",))


@door.read(
    "/messages",
    who=doors.TEAM,
    resource="appointments",
    query=(STATE, *doors.PAGING),
    answer="messages",
    page=show_messages,
)
def list_messages(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """The messages of this partner, the newest first: how each went, and whether it arrived."""
    return find.messages(visit, values)
