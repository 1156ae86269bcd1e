"""Which starts are free, why one is not, what a booking takes, and what may become of it: pure decisions over bitmaps.

Ranges are those of `bitmap`: n UTC days from `first_utc_day`, bit i being the atom i * 5 minutes after its 00:00 UTC. A
*start* is the bit of the atom at which an appointment begins. Opening hours and the grid of a range come from
`offering.hours_rules`, what is taken from the stored day rows.

The appointment itself must lie inside opening hours; buffers need only be untaken, so that the last slot before closing is
offered although its after-buffer overlaps closing. What lies outside a range counts as untaken: `reach` and `days_of` give
ranges wide enough that it cannot matter.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from typing import Literal, NamedTuple, NotRequired, TypedDict
from zoneinfo import ZoneInfo

from chalicelib.booking import bitmap
from chalicelib.offering import hours_rules

MOST_DAYS_LISTED = 62
"""The longest search, in local dates (contract: GET /book/{booking_name}/times)."""

Status = Literal[
    "requested",
    "confirmed",
    "declined",
    "cancelled_by_customer",
    "cancelled_by_partner",
    "completed",
    "no_show",
    "expired",
]
Answer = Literal["allowed", "in_the_past", "too_soon", "beyond_horizon", "off_grid", "closed", "taken"]
ChangeAnswer = Literal["allowed", "not_from_here", "not_before_start"]

NEXT: Mapping[Status, frozenset[Status]] = MappingProxyType(
    {
        "requested": frozenset({"confirmed", "declined", "cancelled_by_customer", "cancelled_by_partner", "expired"}),
        "confirmed": frozenset({"cancelled_by_customer", "cancelled_by_partner", "completed", "no_show"}),
        "completed": frozenset({"no_show"}),
        "no_show": frozenset({"completed"}),
        "declined": frozenset(),
        "cancelled_by_customer": frozenset(),
        "cancelled_by_partner": frozenset(),
        "expired": frozenset(),
    }
)
"""What an appointment may become; completed and no_show correct one another, the other ends are final."""

HOLDING: frozenset[Status] = frozenset({"requested", "confirmed", "completed", "no_show"})
"""The statuses in which an appointment keeps its atoms; entering any other releases them."""

MOVABLE: frozenset[Status] = frozenset({"requested", "confirmed"})

_AFTER_START: frozenset[Status] = frozenset({"completed", "no_show"})
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ATOM = timedelta(minutes=bitmap.ATOM_MINUTES)
_CLOCK = tuple(f"{minute // 60:02}:{minute % 60:02}:00" for minute in range(0, 24 * 60, bitmap.ATOM_MINUTES))


@dataclass(frozen=True, slots=True)
class Terms:
    """What a service asks of a start, within the bounds of `offering.rules.SERVICE_BOUNDS`.

    ValueError for durations, buffers or intervals that are not whole atoms: such a service must not have been stored.
    """

    duration_minutes: int
    buffer_before_minutes: int = 0
    buffer_after_minutes: int = 0
    interval_minutes: int = 15
    lead_time_minutes: int = 0
    horizon_days: int = 90
    cancel_until_hours: int = 24
    capacity: int = 1

    def __post_init__(self) -> None:
        whole = (self.duration_minutes, self.buffer_before_minutes, self.buffer_after_minutes, self.interval_minutes)
        if any(minutes % bitmap.ATOM_MINUTES for minutes in whole):
            raise ValueError(f"durations, buffers and intervals are multiples of {bitmap.ATOM_MINUTES} minutes")
        if self.duration_minutes <= 0 or self.interval_minutes <= 0 or min(whole) < 0 or self.capacity < 1:
            raise ValueError("a service lasts, repeats and seats at least once")

    @property
    def duration_atoms(self) -> int:
        return self.duration_minutes // bitmap.ATOM_MINUTES

    @property
    def before_atoms(self) -> int:
        return self.buffer_before_minutes // bitmap.ATOM_MINUTES

    @property
    def after_atoms(self) -> int:
        return self.buffer_after_minutes // bitmap.ATOM_MINUTES

    @property
    def total_atoms(self) -> int:
        return self.before_atoms + self.duration_atoms + self.after_atoms


class Reach(NamedTuple):
    """The range that a search has to look at, and the starts in it that were asked for."""

    first_utc_day: date
    days: int
    asked: int


class Time(TypedDict):
    """One start of the answer: ISO 8601 with the offset of the zone, and who is free then; of several seats how many are left."""

    start: str
    employee_ids: list[str]
    seats_left: NotRequired[int]


class Day(TypedDict):
    """One local date of the answer, its times ascending."""

    date: str
    times: list[Time]


# Searching ------------------------------------------------------------------------------------------------------------


def reach(first_on: date, last_on: date, *, zone: str, terms: Terms) -> Reach:
    """The UTC days that decide the starts on the local dates `first_on` to `last_on` (both included, first not after last)."""
    clock = ZoneInfo(zone)
    start = datetime.combine(first_on, time(), clock).astimezone(UTC) - timedelta(days=1)
    end = datetime.combine(last_on, time(), clock).astimezone(UTC) + timedelta(days=2)
    # One day to spare on each side: a local date may begin or end an hour away from where its midnight seems to be.
    rough_day, rough_days = start.date(), (end.date() - start.date()).days + 1
    asked = hours_rules.dates_mask(first_on, last_on, first_utc_day=rough_day, days=rough_days, zone=zone)
    if not asked:
        return Reach(rough_day, rough_days, 0)
    lowest = (asked & -asked).bit_length() - 1 - terms.before_atoms
    highest = asked.bit_length() - 1 + terms.duration_atoms + terms.after_atoms - 1
    skip, end_day = lowest // bitmap.DAY_ATOMS, highest // bitmap.DAY_ATOMS
    return Reach(rough_day + timedelta(days=skip), end_day - skip + 1, asked >> skip * bitmap.DAY_ATOMS)


def window(now: datetime, terms: Terms, *, first_utc_day: date, days: int) -> int:
    """The starts that are neither too soon nor too far: now + lead time <= start <= now + horizon, to the second of `now`."""
    midnight = _midnight(first_utc_day)
    earliest = -((midnight - now - timedelta(minutes=terms.lead_time_minutes)) // _ATOM)
    latest = (now + timedelta(days=terms.horizon_days) - midnight) // _ATOM
    first, end = max(0, earliest), min(days * bitmap.DAY_ATOMS, latest + 1)
    return bitmap.span(first, end - first) if end > first else 0


def free_starts(open_mask: int, taken: int, terms: Terms, *, grid: int, window_mask: int) -> int:
    """The starts of one employee at which the appointment is open and untaken and both buffers are untaken."""
    inside = bitmap.runs(open_mask, terms.duration_atoms) & grid & window_mask
    return inside & ~bitmap.reaching(taken << terms.before_atoms, terms.total_atoms)


def free_starts_group(
    open_mask: int,
    taken: int,
    sessions: Mapping[int, int],
    *,
    terms: Terms,
    grid: int,
    window_mask: int,
) -> int:
    """The starts of one employee at which a service of several seats has one left.

    `sessions` is start atom -> seats taken of the sessions of this very service; their atoms are in `taken`. A session can
    be joined while it has a seat left, is open and within the window, even if the grid has changed since. Where there is
    none (or one without any seat taken, which is none), a new one needs an untaken span on the grid.
    """
    fresh = free_starts(open_mask, taken, terms, grid=grid, window_mask=window_mask)
    joinable = 0
    for atom, seats in sessions.items():
        if seats > 0:
            fresh &= ~(1 << atom)
            if seats < terms.capacity:
                joinable |= 1 << atom
    return fresh | (joinable & window_mask & bitmap.runs(open_mask, terms.duration_atoms))


def seats_left(free: int, sessions: Mapping[int, int], capacity: int) -> dict[int, int]:
    """Start atom -> seats left of one employee, at the starts of `free` (`free_starts_group` of the same sessions)."""
    return {atom: capacity - sessions.get(atom, 0) for atom in bitmap.atoms_of(free)}


def times(
    starts: Sequence[tuple[str, int]],
    *,
    first_utc_day: date,
    days: int,
    zone: str,
    seats: Mapping[int, int] | None = None,
) -> list[Day]:
    """The answer to a search: the starts of each employee, grouped by local date, ascending, without empty dates.

    `starts` is (employee id, start mask) in the order in which ids shall be listed; `seats` is start atom -> seats left
    in the group with the most, of a service of several seats.
    """
    who: dict[int, list[str]] = {}
    for employee_id, mask in starts:
        for atom in bitmap.atoms_of(mask):
            if atom in who:
                who[atom].append(employee_id)
            else:
                who[atom] = [employee_id]
    listed: dict[date, list[Time]] = {}
    end = 0
    pieces = iter(hours_rules.stretches(first_utc_day, days, zone))
    for atom in sorted(who):
        if atom >= end:
            piece = next(piece for piece in pieces if piece.end > atom)
            end = piece.end
            shift = piece.first_minute // bitmap.ATOM_MINUTES - piece.first
            before, after = f"{piece.on.isoformat()}T", _offset(piece.offset_minutes)
            # A date can come twice: where clocks are put back over midnight, yesterday returns for an hour.
            of_date = listed.setdefault(piece.on, [])
        time: Time = {"start": f"{before}{_CLOCK[atom + shift]}{after}", "employee_ids": who[atom]}
        if seats is not None:
            time["seats_left"] = seats[atom]
        of_date.append(time)
    return [{"date": on.isoformat(), "times": listed[on]} for on in sorted(listed)]


def _offset(minutes: int) -> str:
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02}:{rest:02}"


# Booking --------------------------------------------------------------------------------------------------------------


def days_of(start: datetime, terms: Terms) -> tuple[date, int]:
    """The UTC days (first, how many) that a booking at the aware instant `start` touches, buffers included."""
    first, _ = _first_atom(start, terms)
    until = first % bitmap.DAY_ATOMS + terms.total_atoms
    return _day(first), -(-until // bitmap.DAY_ATOMS)


def span_to_take(start: datetime, terms: Terms) -> list[tuple[date, int]]:
    """What a booking at `start` takes, buffers included: (UTC date, day mask) for every day touched, in order.

    ValueError unless `start` is aware and on a five-minute mark.
    """
    first, exact = _first_atom(start, terms)
    if not exact:
        raise ValueError("a booking starts on a five-minute mark")
    first_day, days = days_of(start, terms)
    mask = bitmap.span(first % bitmap.DAY_ATOMS, terms.total_atoms)
    return [(first_day + timedelta(days=day), part) for day, part in enumerate(bitmap.split(mask, days))]


def why_not(
    start: datetime,
    *,
    now: datetime,
    terms: Terms,
    open_mask: int,
    taken: int,
    grid: int,
    first_utc_day: date,
    sessions: Mapping[int, int] = MappingProxyType({}),
) -> Answer:
    """Whether an appointment may begin at the aware instant `start`, and if not, the first reason.

    The masks are those of a range that holds at least the days of `days_of(start, terms)`; `sessions` are those of
    `free_starts_group`, for a service of several seats.
    """
    if start < now:
        return "in_the_past"
    if start < now + timedelta(minutes=terms.lead_time_minutes):
        return "too_soon"
    if start > now + timedelta(days=terms.horizon_days):
        return "beyond_horizon"
    atom, rest = divmod(start - _midnight(first_utc_day), _ATOM)
    seats = 0 if rest or atom < 0 else sessions.get(atom, 0)
    if rest or atom < 0 or not (seats or grid >> atom & 1):
        return "off_grid"
    if not bitmap.runs(open_mask, terms.duration_atoms) >> atom & 1:
        return "closed"
    if seats:
        return "allowed" if seats < terms.capacity else "taken"
    if is_taken(start, taken, terms, first_utc_day=first_utc_day):
        return "taken"
    return "allowed"


def is_taken(start: datetime, taken: int, terms: Terms, *, first_utc_day: date) -> bool:
    """Whether any atom of a booking at `start`, buffers included, is taken: the one rule nobody may override."""
    atom = (start - _midnight(first_utc_day)) // _ATOM
    return bool(bitmap.reaching(taken << terms.before_atoms, terms.total_atoms) >> atom & 1)


def pick(loads: Mapping[str, int]) -> str | None:
    """The employee for "any" among those free: the fewest atoms taken that day, then the lowest id; None if nobody is free."""
    return min(loads, key=lambda employee_id: (loads[employee_id], employee_id), default=None)


# Changing -------------------------------------------------------------------------------------------------------------


def may_change(now: datetime, start: datetime, cancel_until_hours: int) -> bool:
    """Whether the customer may still cancel or move: at the latest `cancel_until_hours` before the start, to the second."""
    return now <= start - timedelta(hours=cancel_until_hours)


def may_become(old: Status, new: Status, *, now: datetime, start: datetime) -> ChangeAnswer:
    """Whether an appointment that is `old` may become `new`; nobody is completed or missed before the start."""
    if new not in NEXT[old]:
        return "not_from_here"
    if new in _AFTER_START and now < start:
        return "not_before_start"
    return "allowed"


def _midnight(utc_day: date) -> datetime:
    return datetime(utc_day.year, utc_day.month, utc_day.day, tzinfo=UTC)


def _day(atom: int) -> date:
    return (_EPOCH + atom // bitmap.DAY_ATOMS * timedelta(days=1)).date()


def _first_atom(start: datetime, terms: Terms) -> tuple[int, bool]:
    """The first atom taken, counted from 1970, and whether `start` is on a mark."""
    atom, rest = divmod(start - _EPOCH, _ATOM)
    return atom - terms.before_atoms, not rest
