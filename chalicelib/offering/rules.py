"""What a partner may offer: opening hours and services are read and refused here, field by field, without table or clock."""

import itertools
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MARK_MINUTES = 5
MOST_INTERVALS_A_DAY = 10
MOST_DATES = 400
MOST_PROBLEMS = 50
MOST_QUESTIONS = 20
LONGEST_QUESTION = 200
MOST_OPTIONS = 50
LONGEST_OPTION = 100
LEAST_REMINDER_HOURS, MOST_REMINDER_HOURS = 1, 336
LONGEST_ABSENCE = timedelta(days=366)
ABSENCE_REACH = timedelta(days=1100)
"""How far from now, either way, an absence may lie: further than any horizon."""
QUESTION_TYPES = ("text", "lines", "choice", "boolean")

Interval = tuple[int, int]
"""Minutes after local midnight by the wall clock: from (inclusive), until (exclusive, at most 1440)."""

_TIME = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9])")
_QUESTION_ID = re.compile(r"[a-z0-9_-]{1,40}")
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


NO_HOURS = Hours(((),) * len(WEEKDAYS))


class Bounds(NamedTuple):
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


class Question(NamedTuple):
    """What a service asks whoever books it. `options` are for the type `choice` alone."""

    id: str
    label: str
    type: str
    required: bool
    options: tuple[str, ...] = ()

    def as_sent(self) -> dict[str, object]:
        """In the form of the contract: what `read_questions` reads."""
        made: dict[str, object] = {"id": self.id, "label": self.label, "type": self.type, "required": self.required}
        return {**made, "options": list(self.options)} if self.type == "choice" else made


def read_questions(sent: Sequence[object]) -> tuple[list[Question], list[Problem]]:
    """The questions of a service as sent or stored, and what is wrong with them.

    A question without an id gets the first free one of q1, q2 ..., so that answers can name it.
    """
    problems: list[Problem] = []
    questions: list[Question] = []
    if len(sent) > MOST_QUESTIONS:
        return [], [Problem("questions", "too_many", f"must be at most {MOST_QUESTIONS} questions")]
    given = {one.get("id") for one in sent if isinstance(one, Mapping) and isinstance(one.get("id"), str)}
    free = (name for name in (f"q{number}" for number in itertools.count(1)) if name not in given)
    seen: set[str] = set()
    for place, one in enumerate(sent):
        path = f"questions[{place}]"
        found = _read_question(path, one, problems, free=free)
        if found is None:
            continue
        if found.id in seen:
            problems.append(Problem(f"{path}.id", "twice", "is there twice"))
        seen.add(found.id)
        questions.append(found)
    return questions, problems


def _read_question(path: str, sent: object, problems: list[Problem], *, free: Iterator[str]) -> Question | None:
    if not isinstance(sent, Mapping):
        problems.append(Problem(path, "not_an_object", "must be an object"))
        return None
    before = len(problems)
    known = ("id", "label", "type", "required", "options")
    problems += [
        Problem(f"{path}.{_shown(name)}", "unknown_field", "is not known here") for name in sent if name not in known
    ]
    question_id, label, kind = sent.get("id"), _line(sent.get("label"), LONGEST_QUESTION), sent.get("type")
    if question_id is not None and not (isinstance(question_id, str) and _QUESTION_ID.fullmatch(question_id)):
        problems.append(Problem(f"{path}.id", "not_an_id", "must be 1 to 40 of a-z, 0-9, - and _"))
    if label is None:
        problems.append(Problem(f"{path}.label", "not_a_label", f"must be one line of 1 to {LONGEST_QUESTION} letters"))
    if kind not in QUESTION_TYPES:
        problems.append(Problem(f"{path}.type", "not_an_option", f"must be one of {', '.join(QUESTION_TYPES)}"))
    if not isinstance(sent.get("required", False), bool):
        problems.append(Problem(f"{path}.required", "not_a_boolean", "must be true or false"))
    options = _options(sent.get("options"))
    if options is None or bool(options) != (kind == "choice"):
        problems.append(
            Problem(f"{path}.options", "options_needed", f"a choice needs 2 to {MOST_OPTIONS}, others none")
        )
    if len(problems) > before or label is None or options is None:
        return None
    return Question(str(question_id or next(free)), label, str(kind), bool(sent.get("required", False)), options)


def _options(sent: object) -> tuple[str, ...] | None:
    if sent is None or sent == []:
        return ()
    if not isinstance(sent, list) or not 2 <= len(sent) <= MOST_OPTIONS:
        return None
    options = [_line(one, LONGEST_OPTION) for one in sent]
    told = tuple(one for one in options if one is not None)
    return told if len(set(told)) == len(sent) else None


def _line(sent: object, longest: int) -> str | None:
    if not isinstance(sent, str):
        return None
    line = unicodedata.normalize("NFC", sent).strip()
    odd = any(unicodedata.category(letter) in ("Cc", "Cs") for letter in line)
    return line if 1 <= len(line) <= longest and not odd else None


def check_absence(start: datetime, end: datetime, *, now: datetime) -> Problem | None:
    """What is wrong with an absence between two aware instants, if anything."""
    if end <= start:
        return Problem("end", "end_before_start", "must be after the start")
    if end - start > LONGEST_ABSENCE:
        return Problem("end", "too_many_days", f"must be at most {LONGEST_ABSENCE.days} days after the start")
    if start < now - ABSENCE_REACH:
        return Problem("start", "too_far", f"must be at most {ABSENCE_REACH.days} days from today")
    if end > now + ABSENCE_REACH:
        return Problem("end", "too_far", f"must be at most {ABSENCE_REACH.days} days from today")
    return None


def may_change_time_of(role: str | None, own_id: str | None, employee_id: str | None) -> bool:
    """Whether somebody may set hours and absences of an employee, or of everybody (None): employees only their own."""
    return role in ("owner", "admin") or (employee_id is not None and own_id == employee_id)


def check_hours(sent: object) -> list[Problem]:
    """What is wrong with `{"weekly": {...}, "dates": {...}}` as sent; an empty list if nothing is, at most 50 problems.

    A weekday that is not named is closed; `dates` may be missing. Times are HH:MM on five-minute marks, and 24:00 may end
    a day; so may 00:00, which is what clocks on pages can show.
    """
    return _read(sent)[1]


def read_hours(sent: object) -> Hours:
    """The hours of what was sent, or what is stored in the same form. ValueError with the first problem, if there is one."""
    hours, problems = _read(sent)
    if problems:
        raise ValueError(f"{problems[0].path}: {problems[0].message}")
    return hours


def alike(weekly: Sequence[Sequence[Interval]]) -> list[tuple[list[tuple[int, int]], tuple[Interval, ...]]]:
    """The weekdays that are open, those with the same times together, in the order of their first day.

    Each as runs of days (0 is Monday; first and last, both included) and their times; two days are two runs, three one.
    """
    found: dict[tuple[Interval, ...], list[int]] = {}
    for number, day in enumerate(weekly):
        if day:
            found.setdefault(tuple(day), []).append(number)
    return [(_runs(days), times) for times, days in found.items()]


def _runs(days: Sequence[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for day in days:
        if runs and runs[-1][1] == day - 1:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return [
        part
        for first, last in runs
        for part in ([(first, last)] if last - first != 1 else [(first, first), (last, last)])
    ]


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
    end = end or 24 * 60
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
