"""Write chalicelib/offering/holiday*.json from the library `holidays` (run after an update: python -m infra.holiday_table)."""

import json
from pathlib import Path
from typing import Any

from chalicelib.offering import holidays

TABLE = Path(holidays.__file__).with_name("holidays.json")
NAMES = TABLE.with_name("holiday_names.json")
_SPOKEN = ("de", "fr", "it", "en_US")  # the library's English is American
_BRITISH = {"Labor Day": "Labour Day"}


def table() -> dict[str, dict[str, str]]:
    """Year -> day of the year (MM-DD) -> the cantons that keep it, in one string; `CH` where all of them do."""
    years: dict[str, dict[str, str]] = {}
    for year in range(holidays.FIRST_YEAR, holidays.LAST_YEAR + 1):
        everywhere = holidays.from_library(holidays.EVERYWHERE, year)
        kept: dict[str, list[str]] = {f"{on:%m-%d}": [holidays.EVERYWHERE] for on in everywhere}
        for canton in holidays.CANTONS:
            for on in holidays.from_library(canton, year) - everywhere:
                kept.setdefault(f"{on:%m-%d}", []).append(canton)
        years[str(year)] = {day: " ".join(places) for day, places in sorted(kept.items())}
    return years


def names() -> dict[str, Any]:
    """`names`: each in the four languages; `days`: day -> which of them. No day has two names in two cantons."""
    days: dict[str, tuple[str, ...]] = {}
    for year in range(holidays.FIRST_YEAR, holidays.LAST_YEAR + 1):
        for place in (holidays.EVERYWHERE, *holidays.CANTONS):
            told = [holidays.names_from_library(place, year, one) for one in _SPOKEN]
            for on in told[0]:
                said = tuple(_BRITISH.get(one[on], one[on]) for one in told)
                if days.setdefault(on.isoformat(), said) != said:
                    raise ValueError(f"{on} has two names: {days[on.isoformat()]} and {said}")
    known = sorted(set(days.values()))
    return {"days": {on: known.index(said) for on, said in sorted(days.items())}, "names": known}


def text() -> str:
    """The table as it is stored."""
    return json.dumps(table(), indent=1) + "\n"


def text_of_names() -> str:
    """The names as they are stored."""
    return json.dumps(names(), ensure_ascii=False, indent=1) + "\n"


def main() -> None:
    """Write the table."""
    TABLE.write_text(text(), "ascii")
    NAMES.write_text(text_of_names(), "utf-8")
    print(f"Wrote {TABLE.name} and {NAMES.name} for {holidays.FIRST_YEAR} to {holidays.LAST_YEAR}.")


if __name__ == "__main__":
    main()
