"""Doors of this room: what is processed, why, for how long and by whom."""

from typing import Any

from chalicelib.plumbing import lists
from chalicelib.plumbing.doors import PAGING, Doors
from chalicelib.plumbing.visit import Visit
from chalicelib.privacy import processing, show_record

door = Doors(__name__)


@door.read("/processing-record", query=PAGING, answer="processing_record", page=show_record.page)
def processing_record(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """The record of processing activities (Art. 30 GDPR, Art. 12 DSG), made from what the program stores."""
    entries = processing.record(visit.language)
    return lists.page("processing-record", entries, limit=values["limit"], cursor=values["cursor"])
