"""Wall clocks become UTC atoms here, exactly, on the days of 23, 24 and 25 hours alike.

Everything rests on `stretches`: the range cut wherever the local date or the UTC offset changes. Within a stretch the wall
clock runs evenly, so that there is one answer and no special case:

- *an instant is open exactly if what the clock on the wall shows then lies within the hours of that local date*;
- wall times that do not exist (the spring gap) have no atoms, so nothing can begin or lie there;
- wall times that come twice (the autumn hour) are open both times and both times possible starts. Hours that end in the
  middle of the repeated hour therefore close, and open again when the clock is put back: nobody is ever offered a time that
  reads as outside the hours.

Ranges are UTC: `first_utc_day` and a number of days, bit i being the atom i * 5 minutes after 00:00 UTC of the first.
Zones are IANA names; offsets off the five-minute marks (local mean times before about 1900) raise ValueError.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from chalicelib.offering import rules

ATOM_MINUTES = 5
DAY_ATOMS = 288

_ATOM_SECONDS = ATOM_MINUTES * 60


class Stretch(NamedTuple):
    """Atoms `first` to `end` (exclusive) of a range that share one local date and one UTC offset."""

    first: int
    end: int
    on: date
    first_minute: int
    """What the wall clock shows at `first`, in minutes after local midnight."""
    offset_minutes: int


@lru_cache(maxsize=256)
def stretches(first_utc_day: date, days: int, zone: str) -> tuple[Stretch, ...]:
    """The range cut at every local midnight and at every change of the UTC offset, in order and without holes.

    ZoneInfoNotFoundError (a KeyError) for an unknown zone. A zone that changes twice within one UTC day and returns to the
    same offset is not noticed; there is none.
    """
    clock = ZoneInfo(zone)
    start_s = int(datetime(first_utc_day.year, first_utc_day.month, first_utc_day.day, tzinfo=UTC).timestamp())

    def offset_at(atom: int) -> int:
        offset = datetime.fromtimestamp(start_s + atom * _ATOM_SECONDS, clock).utcoffset()
        seconds = 0 if offset is None else round(offset.total_seconds())
        if seconds % _ATOM_SECONDS:
            raise ValueError(f"{zone} is not on a five-minute mark on {first_utc_day}")
        return seconds // _ATOM_SECONDS

    cut: list[Stretch] = []
    offset = offset_at(0)
    first = 0
    for day in range(days):
        end = (day + 1) * DAY_ATOMS
        following = offset_at(end)
        if following != offset:
            change = _first_atom_with(following, offset_at, after=end - DAY_ATOMS, until=end)
            cut += _midnights(first, change, offset, first_utc_day)
            first, offset = change, following
    cut += _midnights(first, days * DAY_ATOMS, offset, first_utc_day)
    return tuple(cut)


def _first_atom_with(offset: int, offset_at: Callable[[int], int], *, after: int, until: int) -> int:
    while until - after > 1:
        middle = (after + until) // 2
        if offset_at(middle) == offset:
            until = middle
        else:
            after = middle
    return until


def _midnights(first: int, end: int, offset: int, first_utc_day: date) -> Iterable[Stretch]:
    while first < end:
        day, wall_atom = divmod(first + offset, DAY_ATOMS)
        until = min(end, first + DAY_ATOMS - wall_atom)
        yield Stretch(
            first, until, first_utc_day + timedelta(days=day), wall_atom * ATOM_MINUTES, offset * ATOM_MINUTES
        )
        first = until


def open_mask(
    hours: rules.Hours,
    *,
    first_utc_day: date,
    days: int,
    zone: str,
    holidays: frozenset[date] = frozenset(),
    absences: Sequence[tuple[datetime, datetime]] = (),
) -> int:
    """When one employee can be booked over a range.

    An exception for a date replaces the weekly hours of that date and beats a public holiday; a public holiday (a local
    date) is closed otherwise. An absence is a pair of aware instants and closes every atom that it touches. What hours,
    holidays and range give is cached by content; absences are taken off each time, so they need no cache and no version.
    """
    opened = _hours_mask(hours, first_utc_day, days, zone, holidays)
    if absences:
        midnight = datetime(first_utc_day.year, first_utc_day.month, first_utc_day.day, tzinfo=UTC)
        atom = timedelta(minutes=ATOM_MINUTES)
        for start, end in absences:
            first = max(0, (start - midnight) // atom)
            until = min(days * DAY_ATOMS, -((midnight - end) // atom))
            if until > first:
                opened &= ~(((1 << (until - first)) - 1) << first)
    return opened


@lru_cache(maxsize=4096)
def _hours_mask(hours: rules.Hours, first_utc_day: date, days: int, zone: str, holidays: frozenset[date]) -> int:
    exceptions = dict(hours.dates)
    opened = 0
    for stretch in stretches(first_utc_day, days, zone):
        intervals = exceptions.get(stretch.on)
        if intervals is None:
            intervals = () if stretch.on in holidays else hours.weekly[stretch.on.weekday()]
        length = stretch.end - stretch.first
        for from_minute, until_minute in intervals:
            first = max(0, (from_minute - stretch.first_minute) // ATOM_MINUTES)
            until = min(length, (until_minute - stretch.first_minute) // ATOM_MINUTES)
            if until > first:
                opened |= ((1 << (until - first)) - 1) << (stretch.first + first)
    return opened


@lru_cache(maxsize=512)
def grid_mask(interval_minutes: int, *, first_utc_day: date, days: int, zone: str) -> int:
    """The possible starts of a range: every `interval_minutes` by the wall clock, counted anew from each local midnight.

    ValueError unless the interval is a positive multiple of five minutes.
    """
    if interval_minutes <= 0 or interval_minutes % ATOM_MINUTES:
        raise ValueError(f"an interval is a positive multiple of {ATOM_MINUTES} minutes, not {interval_minutes}")
    step = interval_minutes // ATOM_MINUTES
    marks = sum(1 << atom for atom in range(0, DAY_ATOMS, step))
    grid = 0
    for stretch in stretches(first_utc_day, days, zone):
        shown = marks >> (stretch.first_minute // ATOM_MINUTES)
        grid |= (shown & ((1 << (stretch.end - stretch.first)) - 1)) << stretch.first
    return grid


def dates_mask(first_on: date, last_on: date, *, first_utc_day: date, days: int, zone: str) -> int:
    """The atoms of a range that lie on the local dates `first_on` to `last_on`, both included."""
    mask = 0
    for stretch in stretches(first_utc_day, days, zone):
        if first_on <= stretch.on <= last_on:
            mask |= ((1 << (stretch.end - stretch.first)) - 1) << stretch.first
    return mask
