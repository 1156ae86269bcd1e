"""Lay days out on paper: wall clocks become rows of five minutes, appointments that overlap stand side by side in lanes.

A row is a row of every day of the page, so that a week reads across. On the day that has an hour twice, the second one gets
rows of its own; on the day that lacks an hour, nothing can lie in its rows.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from chalicelib.offering.hours_rules import Stretch

STEP = 5
"""Minutes in a row."""
_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Axis:
    """What the rows of a page stand for: wall minutes from `first` to `until`, and those that come `again`."""

    first: int
    until: int
    again: tuple[int, int] | None = None

    @property
    def rows(self) -> int:
        return (self.until - self.first + self._more) // STEP

    @property
    def hours(self) -> list[tuple[int, str]]:
        """Each full hour: its row, and what the clock shows."""
        marks = [(minute, 0) for minute in range(self.first, self.until, 60)]
        if self.again:
            marks += [(minute, 1) for minute in range(self.again[0], self.again[1], 60)]
        return sorted((self.row(minute, fold), f"{minute // 60:02}:00") for minute, fold in marks)

    @property
    def _more(self) -> int:
        return self.again[1] - self.again[0] if self.again else 0

    def row(self, minute: int, fold: int = 0) -> int:
        """The row in which a wall minute lies, the second time with `fold` 1; what lies outside is at the edge."""
        row = (minute - self.first) // STEP
        if self.again and (minute >= self.again[1] or (fold and minute >= self.again[0])):
            row += self._more // STEP
        return max(0, min(self.rows, row))

    def place(self, start: datetime, end: datetime, on: date) -> tuple[int, int]:
        """The first row, and the one after the last, that [start, end) takes of one local date. Both on the wall's clock."""
        # In UTC, for clocks that are put back would have it end before it began.
        last_at = max(start.astimezone(UTC), end.astimezone(UTC) - timedelta(minutes=STEP)).astimezone(start.tzinfo)
        top = self.row(0) if start.date() < on else self.row(start.hour * 60 + start.minute, start.fold)
        bottom = self.rows if last_at.date() > on else self.row(last_at.hour * 60 + last_at.minute, last_at.fold) + 1
        return min(top, self.rows - 1), max(top + 1, min(bottom, self.rows))


@dataclass(frozen=True, slots=True)
class Lane:
    """One of `lanes` columns that things share which overlap."""

    lane: int
    lanes: int


def axis(minutes: Sequence[tuple[int, int]], repeated: tuple[int, int] | None) -> Axis:
    """The rows for all of `minutes` (from, until), in whole hours and never fewer than eight of them.

    `repeated` are the wall minutes that come twice on one of the days; they count only if they are to be seen.
    """
    first = min((start for start, _ in minutes), default=8 * 60) // 60 * 60
    until = -(-max((end for _, end in minutes), default=18 * 60) // 60) * 60
    until = min(_DAY, max(until, first + 8 * 60))
    first = min(first, until - 8 * 60)
    if repeated is None or repeated[1] <= first or repeated[0] >= until:
        return Axis(first, until)
    return Axis(min(first, repeated[0]), max(until, repeated[1]), repeated)


def repeated(stretches: Sequence[Stretch]) -> tuple[int, int] | None:
    """The wall minutes that one of the dates has twice, or None."""
    for before, after in itertools.pairwise(stretches):
        shown = before.first_minute + (before.end - before.first) * STEP
        if before.on == after.on and after.first_minute < shown:
            return after.first_minute, shown
    return None


def rows_of(mask: int, stretches: Sequence[Stretch], on: date, paper: Axis) -> list[tuple[int, int]]:
    """The rows (first, one after the last) of the atoms of a mask that lie on a local date, run by run."""
    found: list[tuple[int, int]] = []
    for stretch, fold in _of_date(stretches, on):
        bits = mask >> stretch.first & ((1 << (stretch.end - stretch.first)) - 1)
        for begin, end in _runs(bits):
            top = paper.row(stretch.first_minute + begin * STEP, fold)
            bottom = min(paper.rows, paper.row(stretch.first_minute + (end - 1) * STEP, fold) + 1)
            if found and found[-1][1] == top:
                top = found.pop()[0]
            if top < bottom:
                found.append((top, bottom))
    return found


def minutes_of(mask: int, stretches: Sequence[Stretch], on: date) -> list[tuple[int, int]]:
    """The wall minutes (from, until) of the atoms of a mask on a local date, run by run."""
    found = []
    for stretch, _ in _of_date(stretches, on):
        bits = mask >> stretch.first & ((1 << (stretch.end - stretch.first)) - 1)
        found += [
            (stretch.first_minute + begin * STEP, stretch.first_minute + end * STEP) for begin, end in _runs(bits)
        ]
    return found


def lanes(places: Sequence[tuple[int, int]]) -> list[Lane]:
    """A lane for each of these stretches of rows, given in the order of their first rows."""
    made: list[Lane] = [Lane(0, 1)] * len(places)
    group: list[tuple[int, int]] = []  # (place in the list, lane)
    ends: list[int] = []

    def close() -> None:
        for number, lane in group:
            made[number] = Lane(lane, len(ends))
        group.clear()
        ends.clear()

    for number, (top, bottom) in enumerate(places):
        if ends and top >= max(ends):
            close()
        free = next((lane for lane, end in enumerate(ends) if end <= top), len(ends))
        ends[free : free + 1] = [bottom]
        group.append((number, free))
    close()
    return made


def _of_date(stretches: Sequence[Stretch], on: date) -> Iterator[tuple[Stretch, int]]:
    shown = 0
    for stretch in stretches:
        if stretch.on == on:
            yield stretch, int(stretch.first_minute < shown)
            shown = stretch.first_minute + (stretch.end - stretch.first) * STEP


def _runs(bits: int) -> Iterator[tuple[int, int]]:
    at = 0
    while bits:
        skip = (bits & -bits).bit_length() - 1
        bits >>= skip
        length = (~bits & (bits + 1)).bit_length() - 1
        yield at + skip, at + skip + length
        bits >>= length
        at += skip + length
