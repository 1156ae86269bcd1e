"""What a partner may offer: opening hours and services are read and refused here, field by field, without table or clock."""

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MARK_MINUTES = 5
MOST_INTERVALS_A_DAY = 10
MOST_DATES = 400
MOST_PROBLEMS = 50

Interval = tuple[int, int]
"""Minutes after local midnight by the wall clock: from (inclusive), until (exclusive, at most 1440)."""

_TIME = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9])")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Problem(NamedTuple):
    """One thing wrong with what was sent: where, a stable code, a sentence."""

    path: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Hours:
    """When one employee works, by the wall clock: seven weekdays from Monday, and dates that replace their weekday.

    Hashable, so that masks are cached by content: the same hours never need a version number to be recognised.
    """

    weekly: tuple[tuple[Interval, ...], ...]
    dates: tuple[tuple[date, tuple[Interval, ...]], ...] = ()

    def __post_init__(self) -> None:
        if len(self.weekly) != len(WEEKDAYS):
            raise ValueError("a week has seven days")


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a whole number of a service may be: lowest and highest, both allowed, in steps."""

    lowest: int
    highest: int
    step: int = 1


SERVICE_BOUNDS: Mapping[str, Bounds] = {
    "duration_minutes": Bounds(5, 720, MARK_MINUTES),
    "buffer_before_minutes": Bounds(0, 240, MARK_MINUTES),
    "buffer_after_minutes": Bounds(0, 240, MARK_MINUTES),
    "interval_minutes": Bounds(5, 240, MARK_MINUTES),
    "lead_time_minutes": Bounds(0, 525_600),
    "horizon_days": Bounds(1, 730),
    "cancel_until_hours": Bounds(0, 720),
    "price_rappen": Bounds(0, 10_000_000),
    "capacity": Bounds(1, 500),
}


def check_service(fields: Mapping[str, object]) -> list[Problem]:
    """What is wrong with the numbers of a service; an empty list if nothing is.

    Looks at the fields that are there, so that it serves a new service and a change alike.
    """
    problems = []
    for name, bounds in SERVICE_BOUNDS.items():
        if name not in fields:
            continue
        value = fields[name]
        if isinstance(value, bool) or not isinstance(value, int):
            problems.append(Problem(name, "not_a_whole_number", "must be a whole number"))
        elif value < bounds.lowest:
            problems.append(Problem(name, "too_small", f"must be at least {bounds.lowest}"))
        elif value > bounds.highest:
            problems.append(Problem(name, "too_large", f"must be at most {bounds.highest}"))
        elif value % bounds.step:
            problems.append(Problem(name, "off_step", f"must be a multiple of {bounds.step}"))
    return problems


def check_hours(sent: object) -> list[Problem]:
    """What is wrong with `{"weekly": {...}, "dates": {...}}` as sent; an empty list if nothing is, at most 50 problems.

    A weekday that is not named is closed; `dates` may be missing. Times are HH:MM on five-minute marks, and 24:00 may end
    a day.
    """
    return _read(sent)[1]


def read_hours(sent: object) -> Hours:
    """The hours of what was sent, or what is stored in the same form. ValueError with the first problem, if there is one."""
    hours, problems = _read(sent)
    if problems:
        raise ValueError(f"{problems[0].path}: {problems[0].message}")
    return hours


def hours_as_sent(hours: Hours) -> dict[str, dict[str, list[list[str]]]]:
    """The hours in the form of the contract: what `read_hours` reads. Closed weekdays are named with an empty list."""
    return {
        "weekly": {name: _as_sent(day) for name, day in zip(WEEKDAYS, hours.weekly, strict=True)},
        "dates": {on.isoformat(): _as_sent(intervals) for on, intervals in hours.dates},
    }


def _as_sent(intervals: tuple[Interval, ...]) -> list[list[str]]:
    return [[f"{minute // 60:02}:{minute % 60:02}" for minute in interval] for interval in intervals]


def _read(sent: object) -> tuple[Hours, list[Problem]]:
    problems: list[Problem] = []
    closed: tuple[Interval, ...] = ()
    weekly: dict[str, tuple[Interval, ...]] = {}
    dates: dict[date, tuple[Interval, ...]] = {}
    if not isinstance(sent, Mapping):
        problems.append(Problem("", "not_an_object", "must be an object with weekly and dates"))
        return Hours((closed,) * 7), problems
    problems += [
        Problem(_shown(name), "unknown_field", "is not known here") for name in sent if name not in ("weekly", "dates")
    ]
    if "weekly" not in sent:
        problems.append(Problem("weekly", "required", "is missing"))
    week = _object_at("weekly", sent.get("weekly", {}), problems)
    for name, intervals in week.items():
        if name not in WEEKDAYS:
            problems.append(
                Problem(f"weekly.{_shown(name)}", "unknown_weekday", f"must be one of {', '.join(WEEKDAYS)}")
            )
        else:
            weekly[name] = _read_day(f"weekly.{name}", intervals, problems)
        if len(problems) >= MOST_PROBLEMS:
            break
    exceptions = _object_at("dates", sent.get("dates", {}), problems)
    if len(exceptions) > MOST_DATES:
        problems.append(Problem("dates", "too_many", f"must be at most {MOST_DATES} dates"))
        exceptions = {}
    for name, intervals in exceptions.items():
        if len(problems) >= MOST_PROBLEMS:
            break
        on = _date(name)
        if on is None:
            problems.append(Problem(f"dates.{_shown(name)}", "not_a_date", "must be a date such as 2026-12-24"))
        else:
            dates[on] = _read_day(f"dates.{name}", intervals, problems)
    hours = Hours(tuple(weekly.get(name, closed) for name in WEEKDAYS), tuple(sorted(dates.items())))
    return hours, problems[:MOST_PROBLEMS]


def _object_at(path: str, value: object, problems: list[Problem]) -> Mapping[object, object]:
    if isinstance(value, Mapping):
        return value
    problems.append(Problem(path, "not_an_object", "must be an object"))
    return {}


def _read_day(path: str, sent: object, problems: list[Problem]) -> tuple[Interval, ...]:
    if not isinstance(sent, list | tuple):
        problems.append(Problem(path, "not_a_list", "must be a list of intervals"))
        return ()
    if len(sent) > MOST_INTERVALS_A_DAY:
        problems.append(Problem(path, "too_many", f"must be at most {MOST_INTERVALS_A_DAY} intervals"))
        return ()
    placed: list[tuple[Interval, int]] = []
    for place, pair in enumerate(sent):
        interval = _read_interval(f"{path}[{place}]", pair, problems)
        if interval is not None:
            placed.append((interval, place))
    placed.sort()
    for (earlier, _), (later, place) in itertools.pairwise(placed):
        if later[0] < earlier[1]:
            problems.append(Problem(f"{path}[{place}]", "overlap", "overlaps another interval of the day"))
    return tuple(interval for interval, _ in placed)


def _read_interval(path: str, pair: object, problems: list[Problem]) -> Interval | None:
    if not isinstance(pair, list | tuple) or len(pair) != 2:
        problems.append(Problem(path, "not_an_interval", "must be a pair of start and end"))
        return None
    start, end = _minute(pair[0]), _minute(pair[1])
    if start is None or end is None:
        problems.append(Problem(path, "not_a_time", "must be times such as 08:00, the last 24:00"))
        return None
    if start % MARK_MINUTES or end % MARK_MINUTES:
        problems.append(Problem(path, "off_step", f"must be on {MARK_MINUTES}-minute marks"))
        return None
    if start >= end:
        problems.append(Problem(path, "end_before_start", "must end after it starts"))
        return None
    return start, end


def _minute(sent: object) -> int | None:
    match = _TIME.fullmatch(sent) if isinstance(sent, str) else None
    if match is None:
        return None
    minute = int(match[1]) * 60 + int(match[2])
    return minute if minute <= 24 * 60 else None


def _date(sent: object) -> date | None:
    if not isinstance(sent, str) or _DATE.fullmatch(sent) is None:
        return None
    try:
        return date.fromisoformat(sent)
    except ValueError:
        return None


def _shown(name: object) -> str:
    return str(name)[:20]
