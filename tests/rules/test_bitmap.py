"""The atoms of a day: rows, ranges, runs, taking and releasing."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.booking import bitmap
from chalicelib.offering import hours_rules, rules

day_masks = st.integers(0, 2**bitmap.DAY_ATOMS - 1)
range_masks = st.integers(0, 2 ** (3 * bitmap.DAY_ATOMS) - 1)
sparse_masks = st.sets(st.integers(0, 2000), max_size=12).map(lambda atoms: sum(1 << atom for atom in atoms))
masks_with_holes = sparse_masks.map(lambda mask: mask ^ (2**2001 - 1))


def test_both_rooms_count_in_the_same_atom() -> None:
    assert hours_rules.ATOM_MINUTES == bitmap.ATOM_MINUTES == rules.MARK_MINUTES == 5
    assert hours_rules.DAY_ATOMS == bitmap.DAY_ATOMS == 24 * 60 // 5
    assert bitmap.DAY_BYTES * 8 == bitmap.DAY_ATOMS


def test_the_first_atom_of_the_day_is_the_lowest_bit_of_the_first_byte() -> None:
    row = bitmap.to_bytes(bitmap.span(0, 1))

    assert row == b"\x01" + bytes(35)


@given(day_masks)
def test_a_row_says_what_was_stored(mask: int) -> None:
    row = bitmap.to_bytes(mask)

    assert len(row) == 36
    assert bitmap.from_bytes(row) == mask


@pytest.mark.parametrize("length", [0, 35, 37])
def test_a_row_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match="36 bytes"):
        bitmap.from_bytes(bytes(length))

    with pytest.raises(ValueError, match="36 bytes"):
        bitmap.join([bytes(length)])

    with pytest.raises(ValueError, match="36 bytes"):
        bitmap.gather([("2027-03-15", "ana", bytes(length))], first_utc_day=date(2027, 3, 15), days=1)


def test_a_mask_longer_than_a_day_is_never_stored() -> None:
    with pytest.raises(OverflowError):
        bitmap.to_bytes(bitmap.span(287, 2))


@given(st.lists(day_masks, max_size=5))
def test_joined_days_are_one_range_and_come_apart_again(days: list[int]) -> None:
    joined = bitmap.join(days)

    assert joined == sum(day << bitmap.DAY_ATOMS * number for number, day in enumerate(days))
    assert bitmap.join([bitmap.to_bytes(day) for day in days]) == joined
    assert bitmap.split(joined, len(days)) == days


@given(
    st.lists(st.tuples(st.integers(-1, 3), st.sampled_from(["ana", "ben"]), day_masks), unique_by=lambda row: row[:2])
)
def test_rows_in_any_order_become_one_calendar_an_employee(rows: list[tuple[int, str, int]]) -> None:
    first = date(2028, 2, 28)
    stored = [((first + timedelta(days=day)).isoformat(), who, bitmap.to_bytes(mask)) for day, who, mask in rows]

    calendars = bitmap.gather(stored, first_utc_day=first, days=3)

    expected: dict[str, int] = {}
    for day, who, mask in rows:
        if 0 <= day < 3:
            expected[who] = expected.get(who, 0) | mask << day * bitmap.DAY_ATOMS
    assert calendars == expected


@given(range_masks | sparse_masks | masks_with_holes, st.integers(1, 40) | st.integers(1, 240))
def test_runs_are_where_every_atom_is_set_and_reaching_where_any_is(mask: int, atoms: int) -> None:
    runs, reaching = bitmap.runs(mask, atoms), bitmap.reaching(mask, atoms)

    for atom in range(mask.bit_length() + 1):
        part = mask >> atom & bitmap.span(0, atoms)
        assert runs >> atom & 1 == (part == bitmap.span(0, atoms))
        assert reaching >> atom & 1 == (part != 0)


@given(range_masks | sparse_masks | masks_with_holes)
def test_the_set_bits_are_listed_in_order(mask: int) -> None:
    assert bitmap.atoms_of(mask) == [atom for atom in range(mask.bit_length()) if mask >> atom & 1]


def test_no_bit_is_listed_of_nothing_and_a_mask_without_end_is_refused() -> None:
    assert bitmap.atoms_of(0) == []

    with pytest.raises(ValueError, match="never negative"):
        bitmap.atoms_of(-1)


@given(st.lists(st.tuples(st.integers(0, 287), st.integers(1, 40)), max_size=30))
def test_no_two_takes_overlap_and_releasing_undoes_taking(wishes: list[tuple[int, int]]) -> None:
    taken = 0
    held: list[int] = []
    for start, atoms in wishes:
        wish = bitmap.span(start, atoms)
        if taken & wish:
            with pytest.raises(ValueError, match="is taken"):
                bitmap.take(taken, wish)
        else:
            taken = bitmap.take(taken, wish)
            held.append(wish)

    assert taken.bit_count() == sum(wish.bit_count() for wish in held)
    for wish in held:
        taken = bitmap.release(taken, wish)
        with pytest.raises(ValueError, match="not taken"):
            bitmap.release(taken, wish)
    assert taken == 0


def test_one_hole_spoils_exactly_the_runs_that_hold_it_whatever_their_length() -> None:
    hole = 300
    mask = bitmap.span(0, 600) ^ 1 << hole

    for atoms in range(1, 250):
        spoiled = bitmap.span(hole - atoms + 1, atoms)
        assert bitmap.runs(mask, atoms) == bitmap.span(0, 600 - atoms + 1) & ~spoiled
        assert bitmap.reaching(1 << hole, atoms) == spoiled
