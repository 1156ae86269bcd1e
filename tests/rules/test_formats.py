"""Days, money and amounts as people write them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.plumbing import formats, words

CHRISTMAS_EVE = "2026-12-24T09:05:00+01:00"


@pytest.mark.parametrize(
    ("language", "long", "short", "day", "month"),
    [
        ("de", "Donnerstag, 24. Dezember 2026", "Do., 24. Dez.", "24.12.2026", "Dezember 2026"),
        ("de-du", "Donnerstag, 24. Dezember 2026", "Do., 24. Dez.", "24.12.2026", "Dezember 2026"),
        ("fr", "jeudi 24 décembre 2026", "jeu. 24 déc.", "24.12.2026", "décembre 2026"),
        ("it", "giovedì 24 dicembre 2026", "gio 24 dic", "24.12.2026", "dicembre 2026"),
        ("en", "Thursday, 24 December 2026", "Thu, 24 Dec", "24/12/2026", "December 2026"),
    ],
)
def test_a_day_is_written_as_people_write_it(language: str, long: str, short: str, day: str, month: str) -> None:
    assert formats.long_day(CHRISTMAS_EVE, language) == long
    assert formats.short_day(date(2026, 12, 24), language) == short
    assert formats.day("2026-12-24", language) == day
    assert formats.month(CHRISTMAS_EVE, language) == month


def test_an_instant_is_shown_on_the_clock_it_comes_with_or_on_the_one_that_is_named() -> None:
    assert formats.clock(CHRISTMAS_EVE) == "09:05"
    assert formats.clock(CHRISTMAS_EVE, "Asia/Kathmandu") == "13:50"
    assert formats.day("2026-12-31T23:30:00+00:00", "de", "Europe/Zurich") == "01.01.2027"


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        ("2027-10-31T00:30:00Z", "02:30 (+02:00)"),
        ("2027-10-31T01:30:00Z", "02:30 (+01:00)"),
        ("2027-10-31T02:00:00Z", "03:00"),
        ("2027-03-28T01:00:00Z", "03:00"),
    ],
)
def test_the_hour_that_comes_twice_says_which_of_the_two_it_is(at: str, shown: str) -> None:
    assert formats.clock(at, "Europe/Zurich") == shown


@pytest.mark.parametrize(
    ("rappen", "written"),
    [(0, "CHF 0.00"), (5, "CHF 0.05"), (8500, "CHF 85.00"), (123_456_789, "CHF 1’234’567.89"), (-250, "CHF -2.50")],
)
def test_money_is_written_as_on_swiss_invoices(rappen: int, written: str) -> None:
    assert formats.money(rappen) == written


@given(st.integers(min_value=0, max_value=10**9))
def test_money_read_back_is_the_same_money(rappen: int) -> None:
    written = formats.money(rappen).removeprefix("CHF ").replace("’", "").replace(".", "")

    assert int(written) == rappen


@pytest.mark.parametrize(
    ("minutes", "written"), [(0, "0 min"), (45, "45 min"), (60, "1 h"), (95, "1 h 35 min"), (1440, "24 h")]
)
def test_a_duration_is_short(minutes: int, written: str) -> None:
    assert formats.duration(minutes) == written


@pytest.mark.parametrize(
    ("language", "salutation", "spoken"),
    [("de", "du", "de-du"), ("de", "sie", "de"), ("fr", "du", "fr"), ("it", "sie", "it"), ("en", "du", "en")],
)
def test_only_german_comes_in_two_kinds(language: str, salutation: str, spoken: str) -> None:
    assert words.informal(language, salutation) == spoken


@pytest.mark.parametrize(
    ("cited", "language", "written"),
    [
        ("Art. 6(1)(b) and (c) GDPR: contract and duty to keep books", "de", "Art. 6 Abs. 1 lit. b und c DSGVO"),
        ("Art. 5(1)(e) and 28(3)(g) GDPR", "fr", "Art. 5 par. 1 let. e et 28 par. 3 let. g RGPD"),
        (
            "Art. 6(1)(f) GDPR, Art. 4(5) DSV (at least one year)",
            "it",
            "Art. 6 par. 1 lett. f RGPD, Art. 4 cpv. 5 OPDa",
        ),
        ("Art. 5(1)(e) GDPR, Art. 6(4) DSG", "de-du", "Art. 5 Abs. 1 lit. e DSGVO, Art. 6 Abs. 4 DSG"),
        ("Art. 6(1)(a) GDPR, Art. 6(6) DSG (consent)", "en", "Art. 6(1)(a) GDPR, Art. 6(6) FADP (consent)"),
        ("Art. 958f OR", "fr", "Art. 958f CO"),
    ],
)
def test_an_article_is_cited_as_in_the_language(cited: str, language: str, written: str) -> None:
    assert formats.law(cited, language) == written
