"""Write chalicelib/offering/holidays.json from the library `holidays` (run after an update: python -m infra.holiday_table)."""

import json
from pathlib import Path

from chalicelib.offering import holidays

TABLE = Path(holidays.__file__).with_name("holidays.json")


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


def text() -> str:
    """The table as it is stored."""
    return json.dumps(table(), indent=1) + "\n"


def main() -> None:
    """Write the table."""
    TABLE.write_text(text(), "ascii")
    print(f"Wrote {TABLE.name} for {holidays.FIRST_YEAR} to {holidays.LAST_YEAR}.")


if __name__ == "__main__":
    main()
