"""Utilisation: every open atom belongs to one hour of the week, and shares are shares."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.booking import bitmap, utilisation_rules
from chalicelib.offering import hours_rules

ZONES = ("Europe/Zurich", "America/New_York", "Asia/Kolkata", "Pacific/Auckland")
DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))


@given(DAYS, st.integers(0, 10), st.sampled_from(ZONES))
def test_the_hours_of_the_week_divide_the_days_without_gap_and_overlap(first_on: date, more: int, zone: str) -> None:
    last_on = first_on + timedelta(days=more)
    stretches = hours_rules.stretches(first_on - timedelta(days=1), more + 3, zone)

    masks = utilisation_rules.hours(stretches, first_on, last_on)

    together = 0
    for mask in masks.values():
        assert together & mask == 0
        together |= mask
    open_atoms = sum(one.end - one.first for one in stretches if first_on <= one.on <= last_on)
    assert together.bit_count() == open_atoms
    assert ZoneInfo(zone)


@given(st.lists(st.tuples(st.integers(0, 2**576 - 1), st.integers(0, 2**576 - 1)), max_size=3))
def test_a_share_lies_between_none_and_all_and_is_missing_where_nothing_was_open(pairs: list[tuple[int, int]]) -> None:
    stretches = hours_rules.stretches(date(2026, 11, 23), 2, "Europe/Zurich")
    masks = utilisation_rules.hours(stretches, date(2026, 11, 23), date(2026, 11, 24))

    found = utilisation_rules.shares(masks, pairs)

    assert all(0 <= share <= 1 for share in found.values())
    assert set(found) == {hour for hour, mask in masks.items() if any(open_ & mask for open_, _ in pairs)}


def test_all_taken_is_one_and_nothing_taken_is_none() -> None:
    masks = {(0, 9): bitmap.span(0, 12), (0, 10): bitmap.span(12, 12)}

    found = utilisation_rules.shares(masks, [(bitmap.span(0, 24), bitmap.span(0, 12))])

    assert found == {(0, 9): 1.0, (0, 10): 0.0}


def test_the_hour_that_comes_twice_counts_twice_and_the_skipped_one_is_not_there() -> None:
    autumn, spring = date(2026, 10, 25), date(2026, 3, 29)

    twice = utilisation_rules.hours(hours_rules.stretches(autumn - timedelta(1), 3, "Europe/Zurich"), autumn, autumn)
    skipped = utilisation_rules.hours(hours_rules.stretches(spring - timedelta(1), 3, "Europe/Zurich"), spring, spring)

    assert twice[(6, 2)].bit_count() == 24
    assert (6, 2) not in skipped
    assert skipped[(6, 3)].bit_count() == 12
