"""What happened at a partner, the newest first."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.activity.records import FactRow
from chalicelib.plumbing import cursors, ids, table

# Ids are 130 bits in letters of five, of which 128 are used: all of them sort between these two, seals and counts do not.
_FIRST, _LAST = "0", "7zzzzzzzzzzzzzzzzzzzzzzzzz"


@dataclass(frozen=True, slots=True)
class Happened:
    """One fact as others see it."""

    id: str
    at: datetime
    partner_id: str
    employee_id: str | None
    ip: str | None
    kind: str
    source: str
    subject_kind: str | None
    subject_id: str | None
    detail: Mapping[str, Any] | None


def listed(
    partner_id: str, *, since: datetime | None, before: datetime | None, limit: int, cursor: str | None
) -> tuple[list[Happened], str | None]:
    """At most `limit` facts of `since` <= at < `before` and where the list goes on. One Query.

    Raises Malformed for a cursor of another partner.
    """
    found = table.page(
        "activity",
        partner_id,
        first=ids.floor(since) if since else _FIRST,
        last=ids.floor(before) if before else _LAST,
        newest_first=True,
        limit=limit,
        start_key=cursors.read(f"activity/{partner_id}", cursor),
    )
    return [_of(item) for item in found.items], cursors.write(f"activity/{partner_id}", found.next_key)


def between(partner_id: str, since: datetime, before: datetime) -> Iterator[Happened]:
    """All facts of `since` <= at < `before`, the oldest first."""
    for row in rows(partner_id, since, before):
        yield _of_row(row)


def rows(partner_id: str, since: datetime, before: datetime) -> Iterator[FactRow]:
    """The same as rows, for this room alone."""
    for item in table.walk("activity", partner_id, first=ids.floor(since), last=ids.floor(before)):
        yield FactRow.from_raw_data(item)


def _of(item: dict[str, Any]) -> Happened:
    return _of_row(FactRow.from_raw_data(item))


def _of_row(row: FactRow) -> Happened:
    return Happened(
        id=row.sk,
        at=row.at,
        partner_id=row.pk,
        employee_id=row.employee_id,
        ip=row.ip,
        kind=row.kind,
        source=row.source,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        detail=row.detail,
    )
