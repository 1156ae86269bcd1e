"""The geometry of charts: how wide, how high and where, from numbers alone; a template draws it.

Lengths along the axis of time are percentages, so that a chart fits a phone and a wide screen without its letters
shrinking; heights are pixels.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

LEFT = 8.0  # percent, for the numbers beside the lines
TOP = 16.0  # pixels, so that the number above the highest line fits
MOST_LABELS = 5
LEVELS = 5


@dataclass(frozen=True, slots=True)
class Part:
    """One block of a column, `y` measured from the top; what is nothing has no block."""

    kind: str
    value: int
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Column:
    """One column, from `x` on and `width` wide (percent); `labelled` where there is room for a word below it."""

    x: float
    width: float
    parts: tuple[Part, ...]
    labelled: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A line across the chart and the number it stands for."""

    y: float
    value: int


@dataclass(frozen=True, slots=True)
class Bars:
    """A chart of stacked columns: its columns, its lines, and where the ground is."""

    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    ground: float


@dataclass(frozen=True, slots=True)
class Cell:
    """One hour of the week: its place (percent and row), its share and the level of its colour (1 to LEVELS)."""

    weekday: int
    hour: int
    x: float
    width: float
    share: float
    level: int


def bars(values: Sequence[Mapping[str, int]], kinds: Sequence[str], *, height: float) -> Bars:
    """Columns of stacked blocks, `height` pixels for the highest line; block heights are in proportion to the numbers.

    `values` has one mapping for each column, kind -> number (none below 0); the first kind lies at the bottom.
    """
    highest = max((sum(one.get(kind, 0) for kind in kinds) for one in values), default=0)
    top, steps = scale(highest)
    ground = TOP + height
    slot = (100 - LEFT) / max(1, len(values))
    every = math.ceil(len(values) / MOST_LABELS)
    columns = []
    for place, one in enumerate(values):
        parts, y = [], ground
        for kind in kinds:
            number = one.get(kind, 0)
            if number:
                tall = height * number / top
                y -= tall
                parts.append(Part(kind, number, _round(y), _round(tall)))
        columns.append(
            Column(_round(LEFT + slot * place + slot * 0.12), _round(slot * 0.76), tuple(parts), place % every == 0)
        )
    lines = tuple(Line(_round(ground - height * value / top), value) for value in steps)
    return Bars(tuple(columns), lines, ground)


def scale(highest: int) -> tuple[int, tuple[int, ...]]:
    """A round number of at least `highest` (and of at least 1), and the whole numbers at which lines are drawn, 0 among them."""
    wanted = max(1, highest)
    step = 1
    while step * 4 < wanted:
        # 1, 2, 5, 10, 20, 50 ...
        step = step * 5 // 2 if str(step)[0] == "2" else step * 2
    top = step * math.ceil(wanted / step)
    return top, tuple(range(0, top + 1, step))


def cells(shares: Mapping[tuple[int, int], float]) -> tuple[tuple[int, ...], tuple[Cell, ...]]:
    """The hours from the first to the last that is open, and a cell for each hour of the week that is."""
    if not shares:
        return (), ()
    hours = range(min(hour for _, hour in shares), max(hour for _, hour in shares) + 1)
    slot = (100 - LEFT) / len(hours)
    made = [
        Cell(weekday, hour, _round(LEFT + slot * (hour - hours[0])), _round(slot), share, level(share))
        for (weekday, hour), share in sorted(shares.items())
    ]
    return tuple(hours), tuple(made)


def level(share: float) -> int:
    """Which of the colours a share between 0 and 1 has: 1 to LEVELS, each for an equal part of the way."""
    return min(LEVELS, int(share * LEVELS) + 1)


def spans(first_on: date, last_on: date) -> tuple[str, tuple[tuple[date, date], ...]]:
    """The days from one to another, cut into `day`, `week` (from Monday) or `month`, whichever gives at most 31 columns."""
    days = (last_on - first_on).days + 1
    unit = "day" if days <= 31 else "week" if days <= 31 * 7 - 6 else "month"
    cut = []
    on = first_on
    while on <= last_on:
        following = _following(on, unit)
        cut.append((on, min(last_on, following - timedelta(days=1))))
        on = following
    return unit, tuple(cut)


def change(now: int, before: int) -> float | None:
    """By what share a number grew (0.5) or shrank (-0.5) against the one before; None where there was nothing before."""
    return (now - before) / before if before else None


def _following(on: date, unit: str) -> date:
    if unit == "day":
        return on + timedelta(days=1)
    if unit == "week":
        return on + timedelta(days=7 - on.weekday())
    return (on.replace(day=1) + timedelta(days=32)).replace(day=1)


def _round(length: float) -> float:
    return round(length, 3)
