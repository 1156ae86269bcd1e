"""Connect a calendar that somebody keeps elsewhere: from now on it is asked when they are busy."""

from typing import Any

from chalicelib.activity import outbox, record
from chalicelib.calendars import facts, find, rules
from chalicelib.calendars.records import SourceRow
from chalicelib.plumbing import egress, ids, reach
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.refusals import Conflict, Invalid, Missing, Problem
from chalicelib.plumbing.visit import Visit

TASK = "calendar"
_SUBSCRIBE = "webcal://"


def source(visit: Visit, employee_id: str, values: dict[str, Any]) -> dict[str, Any]:
    """A new source, which is read right after. Raises Missing, Forbidden, Invalid for an address that is not called,
    Conflict `sources_full` after five.
    """
    if not find.employee(visit, employee_id).active:
        raise Missing
    url = values["url"].strip()
    if url.lower().startswith(_SUBSCRIBE):  # how programs write a calendar that one can subscribe to
        url = f"https://{url[len(_SUBSCRIBE) :]}"
    try:
        target = egress.own_target(url)
    except reach.Hostile as hostile:
        raise Invalid((Problem("url", f"webhook_{hostile.code}"),)) from None
    if values["kind"] == "caldav" and not (values["username"] and values["password"]):
        raise Invalid(tuple(Problem(name, "missing") for name in ("username", "password") if not values[name]))
    if len(find.source_rows(visit.partner, employee_id)) >= rules.MOST_SOURCES:
        raise Conflict("sources_full")
    source_id = ids.new(visit.at)
    row = SourceRow(
        find.partition(visit.partner),
        f"source#{employee_id}#{source_id}",
        kind=values["kind"],
        url=target.url,
        username=values["username"] or None,
        password=values["password"] or None,
        created_at=visit.at,
        created_by=visit.employee_id,
        state="new",
        failures=0,
        next_at=visit.at,
    )
    change = Change(visit)
    change.put_new(row)
    outbox.add(
        change, visit, TASK, {"employee": employee_id, "source": source_id}, row_id=outbox_id(source_id),
        due_at=visit.at, subject=("calendar_source", source_id), new=True,
    )  # fmt: skip
    told = {"employee_id": employee_id, "kind": row.kind}
    record.fact(change, visit, facts.SOURCE_ADDED, subject=("calendar_source", source_id), detail=told)
    return change.done(find.source_shown(row))


def outbox_id(source_id: str) -> str:
    """The one row of the outbox that stands for a source as long as there is one; it puts itself off after every reading."""
    return f"{source_id}-calendar"
