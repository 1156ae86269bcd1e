"""Public holidays: the table says what the library says, and the library says what Switzerland knows."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from chalicelib.offering import holidays
from infra import holiday_table

ROOT = Path(__file__).parents[3]


def kept(canton: str | None, on: date) -> bool:
    return on in holidays.between(canton, on, on)


def test_the_table_is_what_the_library_says_from_2024_to_2045() -> None:
    for place in (holidays.EVERYWHERE, *holidays.CANTONS):
        for year in range(2024, 2046):
            said = holidays.from_library(place, year)

            assert len(said) >= 4
            assert holidays.between(None if place == "CH" else place, date(year, 1, 1), date(year, 12, 31)) == said


def test_the_table_needs_no_new_run() -> None:
    assert holiday_table.TABLE.read_text("ascii") == holiday_table.text()


def test_the_names_need_no_new_run() -> None:
    assert holiday_table.NAMES.read_text("utf-8") == holiday_table.text_of_names()


@pytest.mark.parametrize(
    ("language", "name"), [("de", "Weihnachten"), ("de-du", "Weihnachten"), ("fr", "Noël"), ("it", "Natale")]
)
def test_days_have_names_in_order_and_within_the_dates_asked_for(language: str, name: str) -> None:
    days = holidays.named("ZH", date(2026, 12, 25), date(2027, 1, 2), language)

    assert [on.isoformat() for on, _ in days] == ["2026-12-25", "2026-12-26", "2027-01-01"]
    assert days[0][1] == name
    assert holidays.named("ZH", date(2080, 12, 25), date(2080, 12, 25), language) == [(date(2080, 12, 25), "")]


def test_the_national_day_is_kept_everywhere() -> None:
    assert all(kept(canton, date(2027, 8, 1)) for canton in (None, *holidays.CANTONS))
    assert not any(kept(canton, date(2027, 8, 2)) for canton in (None, *holidays.CANTONS))


@pytest.mark.parametrize(
    ("canton", "on", "expected"),
    [
        ("BE", date(2027, 1, 2), True),  # Berchtoldstag
        ("LU", date(2027, 1, 2), True),
        ("GE", date(2027, 1, 2), False),
        (None, date(2027, 1, 2), False),
        ("LU", date(2026, 6, 4), True),  # Corpus Christi
        ("ZH", date(2026, 6, 4), False),
        ("ZH", date(2027, 3, 26), True),  # Good Friday
        ("TI", date(2027, 3, 26), False),
        ("ZH", date(2027, 5, 1), True),  # Labour Day
        ("BE", date(2027, 5, 1), False),
        ("GE", date(2027, 9, 9), True),  # Jeûne genevois
        ("GL", date(2027, 4, 1), True),  # Näfelser Fahrt
        ("NE", date(2027, 3, 1), True),  # the republic
        (None, date(2027, 5, 6), True),  # Ascension
        (None, date(2026, 12, 25), True),
        (None, date(2026, 12, 26), False),
    ],
)
def test_known_dates(canton: str | None, on: date, expected: bool) -> None:
    assert kept(canton, on) is expected


def test_a_range_over_new_year_holds_both_years() -> None:
    found = holidays.between("ZH", date(2026, 12, 20), date(2027, 1, 10))

    assert {date(2026, 12, 25), date(2027, 1, 1)} <= found


def test_years_beyond_the_table_are_asked_of_the_library() -> None:
    assert date(2050, 8, 1) in holidays.between("ZH", date(2050, 7, 1), date(2050, 8, 31))


def test_what_is_no_canton_is_refused() -> None:
    with pytest.raises(ValueError, match="XX"):
        holidays.between("XX", date(2027, 1, 1), date(2027, 1, 2))


def test_the_table_is_read_without_the_library() -> None:
    code = (
        "import sys; from datetime import date; from chalicelib.offering import holidays as ours; "
        "assert date(2027, 8, 1) in ours.between('ZH', date(2027, 1, 1), date(2027, 12, 31)); "
        "print('holidays' in sys.modules)"
    )

    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )

    assert answer.stdout.strip() == "False"
