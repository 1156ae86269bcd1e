"""What somebody typed into a cell becomes the value they meant, or a code that says what is wrong with it."""

import contextlib
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.exchange import cell_rules as cells


@pytest.mark.parametrize(("cell", "meant"), [
    (45, 45), ("45", 45), ("45 Min.", 45), ("45'", 45), ("1h30", 90), ("1 h", 60), ("1:30", 90), ("01:30:00", 90),
    ("1 Std. 15 Min.", 75), ("2 Stunden", 120), ({"$": "clock", "v": "00:45:00"}, 45), ({"$": "span", "v": "5400"}, 90), (None, None),
])  # fmt: skip
def test_durations(cell: Any, meant: int | None) -> None:
    assert cells.minutes(cell) == meant


@pytest.mark.parametrize(("cell", "meant"), [
    (85, 8500), (85.5, 8550), ("85.50", 8550), ("85,5", 8550), ("CHF 85.–", 8500), ("Fr. 85.-", 8500), ("1'234.50", 123450),
    ("1’234", 123400), ("0", 0), ("120 CHF", 12000), (None, None),
])  # fmt: skip
def test_francs(cell: Any, meant: int | None) -> None:
    assert cells.rappen(cell) == meant


@pytest.mark.parametrize(("cell", "meant"), [
    ("24.12.2026", date(2026, 12, 24)), ("4.1.26", date(2026, 1, 4)), ("24/12/2026", date(2026, 12, 24)), ("2026-12-24", date(2026, 12, 24)),
    ({"$": "day", "v": "2026-12-24"}, date(2026, 12, 24)), ({"$": "moment", "v": "2026-12-24T00:00:00"}, date(2026, 12, 24)), (None, None),
])  # fmt: skip
def test_days_are_read_as_they_are_written_in_switzerland(cell: Any, meant: date | None) -> None:
    assert cells.day(cell) == meant


@pytest.mark.parametrize(("cell", "meant"), [
    ("14:30", time(14, 30)), ("9.05", time(9, 5)), ("14h30", time(14, 30)), ("9 Uhr", time(9)), ("2:30 PM", time(14, 30)), ("12:00 am", time(0)),
    ({"$": "clock", "v": "08:00:00"}, time(8)), ({"$": "moment", "v": "1899-12-30T08:00:00"}, time(8)),
])  # fmt: skip
def test_times(cell: Any, meant: time) -> None:
    assert cells.clock(cell) == meant


@pytest.mark.parametrize(("read", "cell", "code"), [
    (cells.integer, "4.5", "not_a_number"), (cells.integer, True, "not_a_number"), (cells.flag, "vielleicht", "not_yes_or_no"),
    (cells.day, "31.2.2026", "not_a_date"), (cells.day, "12/24/2026", "not_a_date"), (cells.day, 46380, "not_a_date"),
    (cells.clock, "25:00", "not_a_time"), (cells.clock, "14", "not_a_time"), (cells.wall, "24.12.2026", "no_time"),
    (cells.wall, "irgendwann", "not_a_moment"), (cells.wall, "morgen um drei", "not_a_date"), (cells.rappen, float("nan"), "not_a_number"), (cells.offset, "1", "not_an_offset"), (cells.minutes, "lang", "not_a_duration"),
    (cells.rappen, "gratis", "not_money"), (cells.listed, "{", "not_a_list"),
    (cells.text, {"$": "formula", "v": "B2"}, "formula"), (cells.integer, {"$": "error_value", "v": "B2"}, "error_value"),
])  # fmt: skip
def test_what_is_wrong_has_a_code(read: Any, cell: Any, code: str) -> None:
    with pytest.raises(cells.Bad) as bad:
        read(cell)

    assert bad.value.code == code


def test_words_for_yes_and_no_in_four_languages() -> None:
    assert all(cells.flag(word) is True for word in ("ja", "Oui", "sì", "YES", "x", 1, True, "1"))
    assert all(cells.flag(word) is False for word in ("nein", "non", "No", 0, False, "falsch"))


def test_names() -> None:
    assert cells.names("Keller, Anna") == ("Anna", "Keller")
    assert cells.names("Anna Maria Keller") == ("Anna Maria", "Keller")
    assert cells.names("Keller") == (None, "Keller")


@given(
    st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2035, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - bounds are naive
    st.sampled_from(["Europe/Zurich", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"]),
)
def test_a_wall_clock_with_its_offset_is_the_instant_that_it_was_made_from(at: datetime, zone: str) -> None:
    there = at.astimezone(ZoneInfo(zone))
    offset = there.utcoffset()

    assert cells.instant(there.replace(tzinfo=None, fold=0), zone=zone, after=offset) == at


def test_hours_that_clocks_skip_or_show_twice() -> None:
    twice = datetime(2026, 10, 25, 2, 30)  # noqa: DTZ001 - a clock on a wall
    assert cells.instant(twice, zone="Europe/Zurich") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert cells.instant(twice, zone="Europe/Zurich", after=timedelta(hours=1)) == datetime(
        2026, 10, 25, 1, 30, tzinfo=UTC
    )
    for wall, after, code in (
        (datetime(2026, 3, 29, 2, 30), None, "skipped_hour"),  # noqa: DTZ001 - a clock on a wall
        (twice, timedelta(hours=3), "other_offset"),
    ):
        with pytest.raises(cells.Bad) as bad:
            cells.instant(wall, zone="Europe/Zurich", after=after)
        assert bad.value.code == code


@given(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(),
        st.just({"$": "moment", "v": "2026-01-01T00:00:00"}),
    )
)
def test_no_cell_breaks_a_reader(cell: Any) -> None:
    for read in (
        cells.text,
        cells.integer,
        cells.flag,
        cells.listed,
        cells.day,
        cells.clock,
        cells.wall,
        cells.offset,
        cells.minutes,
        cells.rappen,
    ):
        with contextlib.suppress(cells.Bad):
            read(cell)
