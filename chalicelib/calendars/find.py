"""Feeds and outside calendars of a partner, as people see them; no key, no password and no whole address is among it."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from chalicelib.accounts.find import Employee
from chalicelib.calendars import rules
from chalicelib.calendars.records import FeedRow, SourceRow
from chalicelib.offering import find as offering
from chalicelib.plumbing import ids, table
from chalicelib.plumbing.refusals import Forbidden, Missing
from chalicelib.plumbing.visit import Visit


def partition(partner_id: str) -> str:
    """Where feeds and sources of a partner lie."""
    return f"{partner_id}#calendars"


def employee(visit: Visit, employee_id: str) -> Employee:
    """Whose calendars they are. Raises Missing, and Forbidden `not_yours` for an employee who asks about somebody else."""
    found = offering.offer(visit.partner).employees.get(employee_id)
    if found is None:
        raise Missing
    if not rules.may_arrange(visit.role, visit.employee_id, employee_id):
        raise Forbidden("not_yours")
    return found


def feed_rows(partner_id: str, employee_id: str) -> list[FeedRow]:
    """The feeds of an employee, the oldest first."""
    rows = table.prefixed(FeedRow, partition(partner_id), "feed#")
    return [row for row in rows if row.employee_id == employee_id]


def own_feed(visit: Visit, employee_id: str, feed_id: str) -> FeedRow:
    """A feed of an employee. Raises Missing and Forbidden."""
    employee(visit, employee_id)
    row = table.get(FeedRow, partition(visit.partner), f"feed#{feed_id}") if ids.is_id(feed_id) else None
    if row is None or row.employee_id != employee_id:
        raise Missing
    return row


def feeds(visit: Visit, employee_id: str) -> dict[str, Any]:
    """All feeds of an employee, as a list of the contract. Raises Missing and Forbidden."""
    employee(visit, employee_id)
    return {"items": [feed_shown(row) for row in feed_rows(visit.partner, employee_id)], "next": None}


def source_row(partner_id: str, employee_id: str, source_id: str) -> SourceRow | None:
    """One source, or None."""
    return table.get(SourceRow, partition(partner_id), f"source#{employee_id}#{source_id}")


def source_rows(partner_id: str, employee_id: str) -> list[SourceRow]:
    """The sources of an employee, the oldest first."""
    return table.prefixed(SourceRow, partition(partner_id), f"source#{employee_id}#")


def own_source(visit: Visit, employee_id: str, source_id: str) -> SourceRow:
    """A source of an employee. Raises Missing and Forbidden."""
    employee(visit, employee_id)
    row = source_row(visit.partner, employee_id, source_id) if ids.is_id(source_id) else None
    if row is None:
        raise Missing
    return row


def sources(visit: Visit, employee_id: str) -> dict[str, Any]:
    """All sources of an employee, as a list of the contract. Raises Missing and Forbidden."""
    employee(visit, employee_id)
    return {"items": [source_shown(row) for row in source_rows(visit.partner, employee_id)], "next": None}


def every(partner_id: str) -> Iterator[dict[str, Any]]:
    """All sources of a partner, without what opens them: for the partner's own files."""
    for row in table.prefixed(SourceRow, partition(partner_id), "source#"):
        yield source_shown(row)


def feed_shown(row: FeedRow) -> dict[str, Any]:
    """A feed as JSON."""
    return {
        "id": row.sk.removeprefix("feed#"),
        "employee_id": row.employee_id,
        "detail": row.detail,
        "absences": row.absences,
        "created_at": row.created_at,
        "read_on": row.read_on,
    }


def source_shown(row: SourceRow) -> dict[str, Any]:
    """A source as JSON: of its address only the server, for the rest may be as secret as a password."""
    _, employee_id, source_id = row.sk.split("#")
    return {
        "id": source_id,
        "employee_id": employee_id,
        "kind": row.kind,
        "host": urlsplit(row.url).netloc,
        "state": row.state,
        "reason": row.reason,
        "created_at": row.created_at,
        "tried_at": row.tried_at,
        "succeeded_at": row.succeeded_at,
        "failing_since": row.failing_since,
        "next_at": row.next_at,
    }
