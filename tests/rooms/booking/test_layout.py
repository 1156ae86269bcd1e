"""Where things stand on the paper of the calendar: lanes side by side, and the days on which clocks are changed."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from chalicelib.booking import layout
from chalicelib.booking.layout import Axis, Lane
from chalicelib.offering import hours_rules

ZURICH = "Europe/Zurich"
AUTUMN, SPRING = date(2026, 10, 25), date(2027, 3, 28)


def stretches(on: date) -> list[hours_rules.Stretch]:
    return [one for one in hours_rules.stretches(on - timedelta(days=1), 3, ZURICH) if one.on == on]


def here(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(ZoneInfo(ZURICH))


def test_an_hour_that_comes_twice_has_rows_of_its_own() -> None:
    twice = layout.repeated(stretches(AUTUMN))
    paper = layout.axis([(120, 300)], twice)

    first = paper.place(here("2026-10-25T02:00:00+02:00"), here("2026-10-25T03:00:00+02:00"), AUTUMN)
    second = paper.place(here("2026-10-25T02:00:00+01:00"), here("2026-10-25T03:00:00+01:00"), AUTUMN)
    later = paper.place(here("2026-10-25T03:00:00+01:00"), here("2026-10-25T03:30:00+01:00"), AUTUMN)

    assert twice == (120, 180)
    assert (first[1], second[1]) == (second[0], later[0])
    assert {end - start for start, end in (first, second)} == {12}
    assert [text for _, text in paper.hours].count("02:00") == 2


def test_an_hour_that_is_skipped_is_crossed() -> None:
    assert layout.repeated(stretches(SPRING)) is None
    paper = layout.axis([(60, 300)], None)

    place = paper.place(here("2027-03-28T01:30:00+01:00"), here("2027-03-28T03:30:00+02:00"), SPRING)

    assert place == (paper.row(90), paper.row(210))


@pytest.mark.parametrize(("on", "hours"), [(AUTUMN, 25), (SPRING, 23), (date(2026, 11, 23), 24)])
def test_a_whole_day_open_covers_its_rows_and_no_others(on: date, hours: int) -> None:
    first_utc_day = on - timedelta(days=1)
    every = hours_rules.stretches(first_utc_day, 3, ZURICH)
    paper = Axis(0, 1440, layout.repeated([one for one in every if one.on == on]))
    whole = hours_rules.dates_mask(on, on, first_utc_day=first_utc_day, days=3, zone=ZURICH)

    rows = layout.rows_of(whole, every, on, paper)

    assert sum(bottom - top for top, bottom in rows) == hours * 12


def test_what_overlaps_stands_side_by_side_and_what_follows_has_the_width() -> None:
    places = [(0, 6), (3, 9), (6, 12), (12, 18)]

    found = layout.lanes(places)

    assert found == [Lane(0, 2), Lane(1, 2), Lane(0, 2), Lane(0, 1)]


def test_over_midnight_each_day_shows_its_part() -> None:
    paper = Axis(0, 1440)
    start, end = here("2026-11-23T23:00:00+01:00"), here("2026-11-24T01:00:00+01:00")

    before, after = paper.place(start, end, date(2026, 11, 23)), paper.place(start, end, date(2026, 11, 24))

    assert (before, after) == ((23 * 12, 24 * 12), (0, 12))


def test_the_paper_has_whole_hours_and_never_fewer_than_eight() -> None:
    assert layout.axis([(9 * 60 + 20, 10 * 60 + 5)], None) == Axis(9 * 60, 17 * 60)
    assert layout.axis([(20 * 60, 24 * 60)], None) == Axis(16 * 60, 24 * 60)
    assert layout.axis([], (120, 180)).again is None
