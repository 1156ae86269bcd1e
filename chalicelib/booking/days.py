"""Days of a partner's calendar: read in one request, changed on paper, written only if they are still as they were read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from chalicelib.booking import bitmap, rules
from chalicelib.booking.records import AppointmentRow, BusyDayRow, DayRow, SeatsRow
from chalicelib.plumbing import clock, shards, table
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.rows import Record

Place = tuple[date, str]
"""A UTC day of one employee."""
Wanted = tuple[type[Record], str, str]

KEPT_DAYS = 400  # after the day itself: a year of utilisation on the dashboard; no customer is in it
_MOST_KEYS = 100  # BatchGetItem


@dataclass(frozen=True, slots=True)
class Span:
    """What one appointment takes of one employee: its start, its end and its buffers."""

    employee_id: str
    start_at: datetime
    end_at: datetime
    before_minutes: int
    after_minutes: int

    @property
    def terms(self) -> rules.Terms:
        """The span as the rules want it."""
        minutes = (self.end_at - self.start_at) // timedelta(minutes=1)
        return rules.Terms(minutes, self.before_minutes, self.after_minutes)

    @property
    def masks(self) -> list[tuple[Place, int]]:
        """The atoms it takes, day by day."""
        return [((day, self.employee_id), mask) for day, mask in rules.span_to_take(self.start_at, self.terms)]


@dataclass(slots=True)
class Sheet:
    """Some days and group sessions: as they were read, and what shall become of them."""

    partner_id: str
    read: dict[Place, int | None]
    taken: dict[Place, int]
    sessions: dict[str, SeatsRow | None]
    busy: dict[Place, int] = field(default_factory=dict)
    """What the own calendars of the employees say; only where it was asked for."""
    seats: dict[str, int] = field(default_factory=dict)  # change of seats, by key of the session
    opened: dict[str, SeatsRow] = field(default_factory=dict)

    def mask(self, employee_id: str, first_utc_day: date, days: int) -> int:
        """What is taken of one employee over a range of days that were read."""
        range_ = [self.taken.get((first_utc_day + timedelta(days=day), employee_id), 0) for day in range(days)]
        return bitmap.join(range_)

    def busy_mask(self, employee_id: str, first_utc_day: date, days: int) -> int:
        """When one employee is busy by their own calendars, over a range of days that were read."""
        return bitmap.join(
            [self.busy.get((first_utc_day + timedelta(days=day), employee_id), 0) for day in range(days)]
        )

    def is_busy(self, span: Span) -> bool:
        """Whether somebody's own calendars say that they are busy during a span."""
        return any(self.busy.get(place, 0) & mask for place, mask in span.masks)


def partition(partner_id: str) -> str:
    """Where a partner's calendar lies."""
    return f"{partner_id}#calendar"


def session_key(employee_id: str, start: datetime, service_id: str) -> str:
    """The sort key of a group session."""
    start = start.astimezone(UTC)
    return f"{start.date().isoformat()}#{employee_id}#{clock.text(start)}#{service_id}"


def busy_key(day: date, employee_id: str) -> str:
    """The sort key of a day's busy times, right behind the day itself."""
    return f"{day.isoformat()}#{employee_id}#busy"


def span_of(row: AppointmentRow) -> Span:
    """What an appointment takes."""
    return Span(
        row.employee_id, row.start_at, row.end_at, int(row.buffer_before_minutes), int(row.buffer_after_minutes)
    )


def read(
    partner_id: str,
    places: Iterable[Place],
    *,
    sessions: Iterable[str] = (),
    also: Sequence[Wanted] = (),
    with_busy: bool = False,
) -> tuple[Sheet, list[Record | None]]:
    """Days, group sessions (by key) and further rows, all consistent and in one request (one more for each hundred).

    `with_busy` also reads when people are busy by their own calendars: whoever looks for a time has to know.
    """
    pk = partition(partner_id)
    where, keys = list(dict.fromkeys(places)), list(dict.fromkeys(sessions))
    wanted: list[Wanted] = [
        *also,
        *((DayRow, pk, f"{day.isoformat()}#{employee_id}") for day, employee_id in where),
        *((SeatsRow, pk, key) for key in keys),
        *((BusyDayRow, pk, busy_key(day, employee_id)) for day, employee_id in (where if with_busy else ())),
    ]
    rows: list[Record | None] = []
    for first in range(0, len(wanted), _MOST_KEYS):
        rows += table.get_many(wanted[first : first + _MOST_KEYS])
    found: dict[Place, int | None] = {}
    for place, row in zip(where, rows[len(also) :], strict=False):
        found[place] = bitmap.from_bytes(bytes(row.taken)) if isinstance(row, DayRow) else None
    held = dict.fromkeys(keys, None) | {
        key: row
        for key, row in zip(keys, rows[len(also) + len(where) :], strict=False)
        if isinstance(row, SeatsRow) and row.seats_taken > 0
    }
    busy = {
        place: bitmap.from_bytes(bytes(row.busy))
        for place, row in zip(where, rows[len(also) + len(where) + len(keys) :], strict=False)
        if isinstance(row, BusyDayRow)
    }
    taken = {place: mask or 0 for place, mask in found.items()}
    return Sheet(partner_id, found, taken, held, busy), rows[: len(also)]


def take(sheet: Sheet, span: Span) -> None:
    """Take a span. ValueError if part of it is taken."""
    for place, mask in span.masks:
        sheet.taken[place] = bitmap.take(sheet.taken[place], mask)


def free(sheet: Sheet, span: Span) -> None:
    """Give a span back; days that are over may be gone already."""
    for place, mask in span.masks:
        sheet.taken[place] &= ~mask


def join(sheet: Sheet, span: Span, service_id: str) -> None:
    """Take a seat: in the session that was read, or in a new one, which takes the span."""
    key = session_key(span.employee_id, span.start_at, service_id)
    sheet.seats[key] = sheet.seats.get(key, 0) + 1
    if sheet.sessions.get(key) is None:
        take(sheet, span)
        sheet.opened[key] = SeatsRow(
            partition(sheet.partner_id),
            key,
            service_id=service_id,
            employee_id=span.employee_id,
            start_at=span.start_at,
            end_at=span.end_at,
            seats_taken=1,
            buffer_before_minutes=span.before_minutes,
            buffer_after_minutes=span.after_minutes,
            expiry_shard=_expiry(span.start_at.astimezone(UTC).date(), sheet.partner_id),
        )


def leave(sheet: Sheet, span: Span, service_id: str) -> None:
    """Give a seat back; the last one to leave gives back the span too."""
    key = session_key(span.employee_id, span.start_at, service_id)
    session = sheet.sessions.get(key)
    if session is None:
        return
    sheet.seats[key] = sheet.seats.get(key, 0) - 1
    if session.seats_taken == 1:
        free(sheet, span)


def write(change: Change, sheet: Sheet, *, capacity: int = 1) -> None:
    """Put what became of the sheet into `change`; whatever was changed by somebody else meanwhile makes it `Stale`."""
    pk = partition(sheet.partner_id)
    for (day, employee_id), taken in sheet.taken.items():
        before = sheet.read[(day, employee_id)]
        if taken == (before or 0):
            continue
        row = DayRow(
            pk,
            f"{day.isoformat()}#{employee_id}",
            taken=bitmap.to_bytes(taken),
            expiry_shard=_expiry(day, sheet.partner_id),
        )
        if before is None:
            change.put_new(row)
        elif taken:
            change.put(row, DayRow.taken == bitmap.to_bytes(before))
        else:
            change.delete(row, DayRow.taken == bitmap.to_bytes(before))
    for key, seats in sheet.seats.items():
        session = sheet.sessions.get(key)
        if session is None:
            change.put_new(sheet.opened[key])
        elif seats > 0:
            change.update(session, [SeatsRow.seats_taken.add(1)], SeatsRow.seats_taken < capacity)
        elif session.seats_taken == 1:
            change.delete(session, SeatsRow.seats_taken == 1)
        else:
            change.update(session, [SeatsRow.seats_taken.add(-1)], SeatsRow.seats_taken > 1)


def _expiry(day: date, partner_id: str) -> str:
    return shards.expires_on(day + timedelta(days=KEPT_DAYS), partition(partner_id))
