"""Charts: heights in proportion, everything on the canvas, and nothing breaks where there is nothing."""

import math
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.entrance import charts

KINDS = ("booked", "moved", "cancelled")
VALUES = st.lists(st.dictionaries(st.sampled_from(KINDS), st.integers(0, 10**6)), max_size=60)
EPSILON = 0.01


@given(VALUES, st.floats(20, 500))
def test_blocks_are_as_high_as_their_numbers_and_stand_on_each_other(
    values: list[dict[str, int]], height: float
) -> None:
    made = charts.bars(values, KINDS, height=height)

    top = made.lines[-1].value
    for column, numbers in zip(made.columns, values, strict=True):
        assert [part.value for part in column.parts] == [numbers[kind] for kind in KINDS if numbers.get(kind)]
        below = made.ground
        for part in column.parts:
            assert math.isclose(part.height, height * part.value / top, abs_tol=EPSILON)
            assert math.isclose(part.y + part.height, below, abs_tol=EPSILON)
            below = part.y


@given(VALUES, st.floats(20, 500))
def test_everything_lies_on_the_canvas(values: list[dict[str, int]], height: float) -> None:
    made = charts.bars(values, KINDS, height=height)

    right = charts.LEFT
    for column in made.columns:
        assert right - EPSILON <= column.x < column.x + column.width <= 100 + EPSILON
        right = column.x + column.width
        assert all(charts.TOP - EPSILON <= part.y <= made.ground + EPSILON for part in column.parts)
    assert made.lines[0].value == 0
    assert all(math.isfinite(line.y) for line in made.lines)
    assert len(values) == 0 or 1 <= sum(column.labelled for column in made.columns) <= charts.MOST_LABELS


@given(st.integers(0, 10**9))
def test_lines_are_few_round_and_reach_above_the_highest(highest: int) -> None:
    top, steps = charts.scale(highest)

    assert top >= max(1, highest)
    assert steps[0] == 0
    assert steps[-1] == top
    assert len(steps) <= 5
    assert str(steps[1]).rstrip("0") in ("1", "2", "5")


def test_nothing_is_drawn_of_nothing() -> None:
    empty = charts.bars([{}, {"booked": 0}], KINDS, height=100)

    assert [column.parts for column in empty.columns] == [(), ()]
    assert [line.value for line in empty.lines] == [0, 1]
    assert charts.bars([], KINDS, height=100).columns == ()
    assert charts.cells({}) == ((), ())


@given(st.dictionaries(st.tuples(st.integers(0, 6), st.integers(0, 23)), st.floats(0, 1), min_size=1, max_size=168))
def test_a_cell_stands_for_each_open_hour_and_darkens_with_its_share(shares: dict[tuple[int, int], float]) -> None:
    hours, cells = charts.cells(shares)

    assert {(cell.weekday, cell.hour): cell.share for cell in cells} == shares
    assert all(cell.hour in hours and 1 <= cell.level <= charts.LEVELS for cell in cells)
    assert all(cell.x >= charts.LEFT - EPSILON and cell.x + cell.width <= 100 + EPSILON for cell in cells)
    by_share = sorted(cells, key=lambda cell: cell.share)
    assert [cell.level for cell in by_share] == sorted(cell.level for cell in by_share)


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 399))
def test_columns_cover_every_day_once_and_are_never_too_many(first_on: date, more: int) -> None:
    last_on = first_on + timedelta(days=more)

    _, spans = charts.spans(first_on, last_on)

    assert (spans[0][0], spans[-1][1]) == (first_on, last_on)
    assert len(spans) <= 32
    for (_, ends_on), (begins_on, _) in pairwise(spans):
        assert begins_on == ends_on + timedelta(days=1)


def test_a_change_is_told_only_where_there_was_something() -> None:
    assert charts.change(15, 10) == 0.5
    assert charts.change(0, 10) == -1
    assert charts.change(10, 0) is None
