"""Swiss public holidays by canton, read from a table made from the library `holidays`, so that no search imports it."""

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

CANTONS = (
    "AG", "AI", "AR", "BE", "BL", "BS", "FR", "GE", "GL", "GR", "JU", "LU", "NE",
    "NW", "OW", "SG", "SH", "SO", "SZ", "TG", "TI", "UR", "VD", "VS", "ZG", "ZH",
)  # fmt: skip
"""The 26 cantons as ISO 3166-2:CH abbreviates them."""

FIRST_YEAR, LAST_YEAR = 2024, 2045
EVERYWHERE = "CH"

LANGUAGES = ("de", "fr", "it", "en")
_TABLE = Path(__file__).with_name("holidays.json")
_NAMES = Path(__file__).with_name("holiday_names.json")


def between(canton: str | None, first_on: date, last_on: date) -> frozenset[date]:
    """The public holidays of a canton on the dates from `first_on` to `last_on`, both included, perhaps some around them.

    Without a canton those that the whole country keeps: New Year, Ascension, 1 August, Christmas. The answer is whole
    years, so that masks cached by it serve every search of the year. ValueError for what is not a canton.
    """
    return _years(canton or EVERYWHERE, first_on.year, last_on.year)


def named(canton: str | None, first_on: date, last_on: date, language: str) -> list[tuple[date, str]]:
    """The same days, exactly those from `first_on` to `last_on`, in order, with their names; far years have none."""
    days = sorted(on for on in between(canton, first_on, last_on) if first_on <= on <= last_on)
    known = _names()
    words, place = known["names"], LANGUAGES.index(language[:2])
    return [(on, words[known["days"][on.isoformat()]][place] if on.isoformat() in known["days"] else "") for on in days]


@cache
def _years(place: str, first: int, last: int) -> frozenset[date]:
    return frozenset(on for year in range(first, last + 1) for on in _year(place, year))


@cache
def _year(place: str, year: int) -> frozenset[date]:
    if place not in (EVERYWHERE, *CANTONS):
        raise ValueError(f"{place} is not a canton")
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return from_library(place, year)
    days = _table()[str(year)]
    return frozenset(
        date.fromisoformat(f"{year}-{day}") for day, places in days.items() if EVERYWHERE in places or place in places
    )


@cache
def _table() -> dict[str, dict[str, str]]:
    table: dict[str, dict[str, str]] = json.loads(_TABLE.read_text("ascii"))
    return table


@cache
def _names() -> dict[str, Any]:
    known: dict[str, Any] = json.loads(_NAMES.read_text("utf-8"))
    return known


def from_library(place: str, year: int) -> frozenset[date]:
    """What the library `holidays` says; a third of a second the first time, so for the table, its test and far years."""
    return frozenset(names_from_library(place, year, "de"))


def names_from_library(place: str, year: int, language: str) -> dict[date, str]:
    """The same days with their names in a language of the library (`en_US` for English)."""
    import holidays

    subdivision = None if place == EVERYWHERE else place
    return dict(holidays.country_holidays("CH", subdiv=subdivision, years=year, observed=False, language=language))
