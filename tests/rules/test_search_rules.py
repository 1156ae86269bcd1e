"""Whom a search means: the beginnings of names and the ends of numbers, and nobody else."""

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.booking import search_rules

NAMES = st.text(alphabet="abcdefghijklmnopqrstuvwxyzäöüéèàç", min_size=1, max_size=12)


@given(NAMES, NAMES, st.integers(1, 12))
def test_the_beginning_of_a_name_finds_it_in_any_case(first: str, last: str, length: int) -> None:
    assert search_rules.means(first[:length].upper(), first_name=first, last_name=last, phone=None)
    assert search_rules.means(f"{last[:length]} {first}", first_name=first, last_name=last, phone=None)


@given(NAMES, NAMES)
def test_a_word_that_begins_no_name_finds_nobody(first: str, last: str) -> None:
    assert not search_rules.means(f"{first}x9", first_name=first, last_name=last, phone=None)
    assert not search_rules.means(" - ", first_name=first, last_name=last, phone=None)


@given(st.integers(750000000, 799999999))
def test_a_number_is_found_however_it_is_written(number: int) -> None:
    local = f"0{number}"
    phone = f"+41{number}"

    for written in (local, phone, f"0041{number}", f"{local[:3]} {local[3:6]} {local[6:8]} {local[8:]}", local[-6:]):
        assert search_rules.means(written, first_name="A", last_name="B", phone=phone), written
    assert not search_rules.means(f"{local}9", first_name="A", last_name="B", phone=phone)
