"""A week of hours in words, as it would stand on the door: `Mo–Fr 08:00–12:00, 13:00–18:00`."""

from datetime import date, timedelta

from chalicelib.offering import rules
from chalicelib.offering.rules import Hours
from chalicelib.plumbing import formats

_MONDAY = date(2024, 1, 1)


def told(hours: Hours, language: str) -> list[dict[str, str]]:
    """One line for the days with the same times: `days` and `times`; no line for days without."""
    return [
        {
            "days": ", ".join(_run(first, last, language) for first, last in runs),
            "times": ", ".join(f"{_clock(start)}–{_clock(end)}" for start, end in times),
        }
        for runs, times in rules.alike(hours.weekly)
    ]


def _run(first: int, last: int, language: str) -> str:
    return _day(first, language) if first == last else f"{_day(first, language)}–{_day(last, language)}"


def _day(number: int, language: str) -> str:
    return formats.pattern(_MONDAY + timedelta(days=number), "ccc", language).rstrip(".")


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
