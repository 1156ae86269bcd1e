"""What somebody typed into a cell, as a value: text, numbers, yes and no, days, times, durations and francs in four languages.

A cell is JSON, as `reading` writes it: None, text, a number, yes or no, or `{"$": kind, "v": text}` for moments and for cells
without a value. Days are read as they are written in Switzerland: the day before the month.
"""

import json
import math
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

Cell = Any

_YES = frozenset(
    [
        "ja",
        "yes",
        "oui",
        "si",
        "sì",
        "true",
        "wahr",
        "vrai",
        "vero",
        "x",
        "1",
        "✓",
        "✔",
        "on",
        "aktiv",
        "active",
        "j",
        "y",
        "o",
    ]
)
_NO = frozenset(["nein", "no", "non", "false", "falsch", "faux", "falso", "0", "-", "off", "inaktiv", "inactive", "n"])
_DAY = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})")
_ISO_DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_CLOCK = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?(?::(\d{2})(?:\.\d+)?)?\s*(?:uhr|h)?\s*([ap]\.?m\.?)?", re.IGNORECASE)
_OFFSET = re.compile(r"([+-])(\d{2}):(\d{2})")
_HOURS_MINUTES = re.compile(
    r"(?:(\d{1,3})\s*(?:h|std\.?|stunden?|hours?|heures?|ore|ora|:)\s*)?(?:(\d{1,4})\s*(?:min\.?|minuten?|minutes?|minuti|m|'|′)?)?",
    re.IGNORECASE,
)
_MONEY = re.compile(r"(?:chf|sfr\.?|fr\.?)?\s*(-?\d{1,3}(?:['’\s]\d{3})+|-?\d{1,9})(?:[.,](?:(\d{1,2})|[-–—]+))?\s*(?:chf|sfr\.?|fr\.?)?", re.IGNORECASE)  # fmt: skip


class Bad(Exception):
    """A cell that does not say what it should; `code` has a sentence in every language."""

    def __init__(self, code: str, params: Mapping[str, Any] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.params = dict(params or {})


def text(cell: Cell) -> str | None:
    """Text; a whole number without its `.0`. None for an empty cell. Raises Bad for a formula or an error."""
    if cell is None:
        return None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        if not math.isfinite(cell):
            raise Bad("not_a_number")
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, Mapping):
        _usable(cell)
        return str(cell["v"])
    return str(cell) if str(cell).strip() else None


def integer(cell: Cell) -> int | None:
    """A whole number."""
    if isinstance(cell, bool):
        raise Bad("not_a_number")
    found = text(cell)
    if found is None:
        return None
    if not re.fullmatch(r"-?\d{1,15}", found.strip(), re.ASCII):
        raise Bad("not_a_number")
    return int(found)


def flag(cell: Cell) -> bool | None:
    """Yes or no."""
    if isinstance(cell, bool):
        return cell
    found = text(cell)
    if found is None:
        return None
    word = found.strip().casefold()
    if word not in _YES | _NO:
        raise Bad("not_yes_or_no")
    return word in _YES


def listed(cell: Cell) -> Any:
    """A JSON list or object, or words with commas between them as a list."""
    found = text(cell)
    if found is None:
        return None
    if found.lstrip().startswith(("[", "{")):
        try:
            return json.loads(found)
        except (ValueError, RecursionError):
            raise Bad("not_a_list") from None
    return [one.strip() for one in re.split(r"[,;\n]", found) if one.strip()]


def day(cell: Cell) -> date | None:
    """A day."""
    found = text(cell)
    if found is None:
        return None
    if isinstance(cell, Mapping):
        if cell["$"] not in ("moment", "day"):
            raise Bad("not_a_date")
        return datetime.fromisoformat(cell["v"]).date()
    return _day(found.strip())


def clock(cell: Cell) -> time | None:
    """A time of day."""
    found = text(cell)
    if found is None:
        return None
    if isinstance(cell, Mapping):
        if cell["$"] == "moment":
            return _rounded(datetime.fromisoformat(cell["v"])).time()
        if cell["$"] != "clock":
            raise Bad("not_a_time")
        return _rounded(datetime.combine(date(2000, 1, 1), time.fromisoformat(cell["v"]))).time()
    return _clock(found.strip())


def wall(cell: Cell) -> datetime | None:
    """A day with a time: without an offset as a clock on the wall shows it, or aware where the text says its offset."""
    found = text(cell)
    if found is None:
        return None
    if isinstance(cell, Mapping):
        if cell["$"] != "moment":
            raise Bad("no_time")
        return _rounded(datetime.fromisoformat(cell["v"]))
    plain = found.strip()
    if re.match(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}", plain):
        try:
            return datetime.fromisoformat(plain)
        except ValueError:
            raise Bad("not_a_moment") from None
    first, _, rest = plain.replace(",", " ").partition(" ")
    if not rest.strip():
        raise Bad("no_time" if _DAY.fullmatch(first) or _ISO_DAY.fullmatch(first) else "not_a_moment")
    return datetime.combine(_day(first), _clock(rest.strip()))


def offset(cell: Cell) -> timedelta | None:
    """An offset from UTC as `+01:00`."""
    found = text(cell)
    if found is None:
        return None
    match = _OFFSET.fullmatch(found.strip())
    if match is None:
        raise Bad("not_an_offset")
    size = timedelta(hours=int(match[2]), minutes=int(match[3]))
    return -size if match[1] == "-" else size


def instant(on_wall: datetime, *, zone: str, after: timedelta | None = None) -> datetime:
    """The instant at which clocks in `zone` show this; where they show it twice, `after` (the offset) says which, else the first.

    Raises Bad for an hour that clocks skip, and for an offset that they do not have then.
    """
    if on_wall.tzinfo is not None:
        return on_wall.astimezone(UTC)
    here = ZoneInfo(zone)
    both = [on_wall.replace(tzinfo=here, fold=fold) for fold in (0, 1)]
    there = [
        one
        for one in both
        if one.astimezone(UTC).astimezone(here).replace(tzinfo=None, fold=0) == on_wall.replace(fold=0)
    ]
    if not there:
        raise Bad("skipped_hour")
    if after is None:
        return there[0].astimezone(UTC)
    right = [one for one in there if one.utcoffset() == after]
    if not right:
        raise Bad("other_offset")
    return right[0].astimezone(UTC)


def minutes(cell: Cell) -> int | None:
    """A duration in minutes: 45, `45 min`, `1:30`, `1h30`, `1 Std. 15 Min.`, or a cell that holds a time of day or a span."""
    if isinstance(cell, Mapping) and cell["$"] in ("clock", "span", "moment"):
        if cell["$"] == "span":
            return int(cell["v"]) // 60
        at = time.fromisoformat(cell["v"]) if cell["$"] == "clock" else datetime.fromisoformat(cell["v"]).time()
        return at.hour * 60 + at.minute
    found = text(cell)
    if found is None:
        return None
    plain = found.strip()
    if re.fullmatch(r"\d{1,2}:\d{2}:\d{2}", plain):
        plain = plain[:-3]
    match = _HOURS_MINUTES.fullmatch(plain)
    if match is None or (match[1] is None and match[2] is None):
        raise Bad("not_a_duration")
    return int(match[1] or 0) * 60 + int(match[2] or 0)


def rappen(cell: Cell) -> int | None:
    """Francs as Rappen: 85.5, `CHF 85.–`, `1'200.50`, `85,50`."""
    found = text(cell)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return round(cell * 100)
    if found is None:
        return None
    match = _MONEY.fullmatch(found.strip())
    if match is None:
        raise Bad("not_money")
    whole = int(re.sub(r"['’\s]", "", match[1])) * 100
    cents = int((match[2] or "0").ljust(2, "0"))
    return whole - cents if whole < 0 else whole + cents


def names(whole: str) -> tuple[str | None, str]:
    """First and last name of `Keller, Anna` or `Anna Maria Keller`; the first is None where there is one word."""
    if "," in whole:
        last, _, first = (part.strip() for part in whole.partition(","))
        return first or None, last
    *first_names, last = whole.split() or [""]
    return " ".join(first_names) or None, last


def _usable(cell: Mapping[str, Any]) -> None:
    if cell["$"] in ("formula", "error_value"):
        raise Bad(cell["$"], {"cell": cell["v"]})


def _day(plain: str) -> date:
    if match := _ISO_DAY.fullmatch(plain):
        year, month, on = (int(part) for part in match.groups())
    elif match := _DAY.fullmatch(plain):
        on, month, year = (int(part) for part in match.groups())
        year += 2000 if len(match[3]) == 2 else 0
    else:
        raise Bad("not_a_date")
    try:
        return date(year, month, on)
    except ValueError:
        raise Bad("not_a_date") from None


def _clock(plain: str) -> time:
    match = _CLOCK.fullmatch(plain)
    if match is None or (match[2] is None and match[4] is None and not plain.casefold().endswith(("uhr", "h"))):
        raise Bad("not_a_time")
    hour, minute = int(match[1]), int(match[2] or 0)
    if match[4]:
        if not 1 <= hour <= 12:
            raise Bad("not_a_time")
        hour = hour % 12 + (12 if match[4][0] in "pP" else 0)
    if hour > 23 or minute > 59 or int(match[3] or 0) > 59:
        raise Bad("not_a_time")
    return time(hour, minute)


def _rounded(at: datetime) -> datetime:
    """A sheet counts days in fractions, so what was a whole second may be off by a little less than a hundredth of one."""
    whole = (at + timedelta(milliseconds=500)).replace(microsecond=0)
    return whole if abs(whole - at) < timedelta(milliseconds=10) else at
