"""The form of somebody's hours: a week of times, and the dates that differ from it."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.offering import find, rules
from chalicelib.plumbing.sheets import Page, Sheet

_MONDAY = date(2024, 1, 1)
_EMPTY_DATES = 3
_TIME = re.compile(r"weekly\.([a-z]{3})\.([0-9]{1,4})\.([01])")
_DATE = re.compile(r"dates\.([0-9]{1,4})\.(?:key|value\.([0-9]{1,4})\.([01]))")

Pair = tuple[str, str]


def page(sheet: Sheet) -> Page:
    """The form as stored or as typed. Dates that are over are not shown again, and go with the next change."""
    offer = find.offer(sheet.visit.partner)
    today = sheet.visit.at.astimezone(ZoneInfo(offer.partner.timezone)).date()
    stored = {one["name"]: one.get("default") or {} for one in sheet.content["fields"]}
    if sheet.typed:
        weekly, dates = _typed_week(sheet.typed), _typed_dates(sheet.typed)
    else:
        weekly = {day: [_pair(one) for one in stored["weekly"].get(day, ())] for day in rules.WEEKDAYS}
        dates = [
            (on, [_pair(one) for one in times]) for on, times in stored["dates"].items() if on >= today.isoformat()
        ]
    days = [
        {"name": name, "on": _MONDAY + timedelta(days=number), "pairs": _with_room(weekly.get(name, []))}
        for number, name in enumerate(rules.WEEKDAYS)
    ]
    return Page(
        "offering/pages/hours.html",
        {
            "form": sheet.content,
            "typed": sheet.typed,
            "refused": sheet.refused,
            "person": offer.names()[sheet.parameters["id"]],
            "days": days,
            "dates": [{"on": on, "pairs": _with_room(pairs)} for on, pairs in dates],
            "empty_dates": [{"on": "", "pairs": _with_room([])}] * _EMPTY_DATES,
            "today": today,
        },
    )


def _pair(times: list[str]) -> Pair:
    # A clock on a page shows no 24:00; the end of a day is 00:00 there.
    return times[0], "00:00" if times[1] == "24:00" else times[1]


def _with_room(pairs: list[Pair]) -> list[Pair]:
    """The times and room for one more; two lines at least, for there is noon."""
    return [*pairs, *[("", "")] * max(1, 2 - len(pairs))][: rules.MOST_INTERVALS_A_DAY]


def _typed_week(typed: Mapping[str, Any]) -> dict[str, list[Pair]]:
    cells: dict[str, dict[tuple[int, int], str]] = {}
    for name, value in typed.items():
        found = _TIME.fullmatch(name)
        if found:
            cells.setdefault(found[1], {})[int(found[2]), int(found[3])] = str(value)
    return {day: _pairs(of_day) for day, of_day in cells.items()}


def _typed_dates(typed: Mapping[str, Any]) -> list[tuple[str, list[Pair]]]:
    keys: dict[int, str] = {}
    cells: dict[int, dict[tuple[int, int], str]] = {}
    for name, value in typed.items():
        found = _DATE.fullmatch(name)
        if found and found[2] is None:
            keys[int(found[1])] = str(value)
        elif found:
            cells.setdefault(int(found[1]), {})[int(found[2]), int(found[3])] = str(value)
    rows = [(keys.get(row, ""), _pairs(cells.get(row, {}))) for row in sorted({*keys, *cells})]
    return [(on, pairs) for on, pairs in rows if on or pairs]


def _pairs(cells: Mapping[tuple[int, int], str]) -> list[Pair]:
    rows = [(cells.get((row, 0), ""), cells.get((row, 1), "")) for row in sorted({row for row, _ in cells})]
    return [pair for pair in rows if any(pair)]
