"""Doors of this room: the feeds of an employee and the file behind each, and the calendars they keep elsewhere."""

from collections.abc import Mapping
from typing import Any

from chalicelib.calendars import (
    add_source,
    ask_refresh,
    find,
    forms,
    make_feed,
    read_feed,
    remove_source,
    revoke_feed,
    show_calendars,
    show_made_feed,
    show_source_form,
)
from chalicelib.plumbing.answers import Answer
from chalicelib.plumbing.door import STAY, TEAM, Offer
from chalicelib.plumbing.doors import Doors
from chalicelib.plumbing.visit import Visit

door = Doors(__name__)


@door.read("/calendars/{file}")
def fetch_feed(visit: Visit, values: dict[str, Any], file: str) -> Answer:
    """The file behind the address of a feed, which is its key: what a calendar subscribes to. Send `If-None-Match`."""
    content, mark = read_feed.file(visit, file)
    headers = {
        "ETag": mark,
        "Cache-Control": "private, max-age=300",
        "Content-Disposition": 'attachment; filename="termine.ics"',
        "X-Robots-Tag": "noindex",
        "Vary": "Accept",
    }
    return Answer(200, content, headers, content_type="text/calendar; charset=utf-8")


@door.read(
    "/employees/{id}/calendar-feeds", who=TEAM, resource="calendars", answer="calendar_feeds", page=show_calendars
)  # fmt: skip
def list_feeds(visit: Visit, values: dict[str, Any], id: str) -> dict[str, Any]:  # noqa: A002 - the path's name
    """The feeds of an employee, without their addresses."""
    return find.feeds(visit, id)


def _employee(visit: Visit, context: Mapping[str, str]) -> Offer:
    return Offer({"id": find.employee(visit, context.get("id", "")).id})


def _to_calendars(result: dict[str, Any], values: Mapping[str, Any]) -> str:
    return f"/employees/{values['id']}/busy-sources"


@door.form(
    forms.FEED, status=201, who=TEAM, resource="calendars", offer=_employee, answer="new_calendar_feed", then=STAY,
    shows=show_made_feed,
)  # fmt: skip
def add_feed(visit: Visit, values: dict[str, Any], id: str) -> dict[str, Any]:  # noqa: A002 - the path's name
    """Make a feed of an employee's appointments; its address is shown this once."""
    return make_feed.feed(visit, id, detail=values["detail"], absences=values["absences"])


def _own_feed(visit: Visit, context: Mapping[str, str]) -> Offer:
    employee_id, feed_id = context.get("id", ""), context.get("feed_id", "")
    find.own_feed(visit, employee_id, feed_id)
    return Offer({"id": employee_id, "feed_id": feed_id})


@door.form(
    forms.FEED_REVOKE, status=204, who=TEAM, resource="calendars", offer=_own_feed, then=_to_calendars
)  # fmt: skip
def remove_feed(visit: Visit, values: dict[str, Any], id: str, feed_id: str) -> dict[str, Any]:  # noqa: A002 - the path's name
    """Revoke a feed: its address leads nowhere from now on."""
    return revoke_feed.feed(visit, id, feed_id)


@door.read("/employees/{id}/busy-sources", who=TEAM, resource="calendars", answer="busy_sources", page=show_calendars)
def list_sources(visit: Visit, values: dict[str, Any], id: str) -> dict[str, Any]:  # noqa: A002 - the path's name
    """The calendars that an employee keeps elsewhere, without what opens them."""
    return find.sources(visit, id)


@door.form(
    forms.SOURCE, status=201, who=TEAM, resource="calendars", offer=_employee, answer="busy_source",
    then=_to_calendars, page=show_source_form,
)  # fmt: skip
def connect_source(visit: Visit, values: dict[str, Any], id: str) -> dict[str, Any]:  # noqa: A002 - the path's name
    """Connect a calendar kept elsewhere: when its owner is busy there, nobody can book them here."""
    return add_source.source(visit, id, values)


def _own_source(visit: Visit, context: Mapping[str, str]) -> Offer:
    employee_id, source_id = context.get("id", ""), context.get("source_id", "")
    find.own_source(visit, employee_id, source_id)
    return Offer({"id": employee_id, "source_id": source_id})


@door.form(
    forms.SOURCE_REMOVE, status=204, who=TEAM, resource="calendars", offer=_own_source, then=_to_calendars
)  # fmt: skip
def disconnect_source(visit: Visit, values: dict[str, Any], id: str, source_id: str) -> dict[str, Any]:  # noqa: A002 - the path's name
    """Disconnect a calendar: what opens it and its busy times are erased at once."""
    return remove_source.source(visit, id, source_id)


@door.form(
    forms.SOURCE_REFRESH, status=202, who=TEAM, resource="calendars", offer=_own_source, answer="busy_source",
    then=_to_calendars,
)  # fmt: skip
def refresh_source(visit: Visit, values: dict[str, Any], id: str, source_id: str) -> dict[str, Any]:  # noqa: A002 - the path's name
    """Have a calendar read now."""
    return ask_refresh.source(visit, id, source_id)
