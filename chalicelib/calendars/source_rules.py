"""What a calendar file says about when somebody is busy: RFC 5545, as the world writes it, and nothing but times of it.

Titles, places, people and notes are dropped line by line, before anything is interpreted. Events repeat in wall time of
their own zone (RFC 5545 3.3.10), so that nine o'clock stays nine o'clock over the change of the clocks; times without a
zone, and whole days, are meant in the partner's zone. A later version of a moved or cancelled repetition wins. What is
marked as free, or cancelled, is nobody's busy time. `RANGE=THISANDFUTURE` changes that one repetition only: no program in
use writes it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

ATOM = timedelta(minutes=5)
MOST_EVENTS = 20_000
MOST_INSTANCES = 50_000
LONGEST_LINE = 100_000  # a long list of exceptions; longer ones of what is dropped do not matter
LONGEST_EVENT = timedelta(days=1096)
_TIMES = frozenset(["DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID"])
_ITS_OWN = ("DTSTART", "DTEND", "DURATION")
_WORDS = frozenset(["UID", "SEQUENCE", "STATUS", "TRANSP", "X-MICROSOFT-CDO-BUSYSTATUS"])
_ZONE = frozenset(["BEGIN", "END", "TZID", "DTSTART", "RRULE", "RDATE", "TZOFFSETFROM", "TZOFFSETTO", "TZNAME"])
_LINE = re.compile(
    r'([A-Za-z0-9-]{1,60})((?:;[A-Za-z0-9-]+=(?:"[^"]*"|[^";:]*)(?:,(?:"[^"]*"|[^";:,]*))*)*):(.*)', re.DOTALL
)
_PARAMETER = re.compile(r';([A-Za-z0-9-]+)=("[^"]*"|[^";:]*)')
_DATE = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?")
_DURATION = re.compile(r"([+-]?)P(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,8})S)?)?")
_DIGITS = bytes([48, 49]) + bytes(254)
_FREE = frozenset(["FREE", "WORKINGELSEWHERE"])


class Unreadable(Exception):
    """A file that says nothing to rely on; `code` says why: not_a_calendar, cut_short, too_many, too_long, wrong_zone."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Window:
    """The days that are asked for: a range of UTC days, and the zone of whoever keeps the calendar."""

    first_utc_day: date
    days: int
    zone: str
    own_uids: str
    """How the UIDs of our own appointments end: what comes back from our own feed is no other's busy time."""

    @property
    def start(self) -> datetime:
        return datetime.combine(self.first_utc_day, time(), UTC)

    @property
    def end(self) -> datetime:
        return self.start + timedelta(days=self.days)


@dataclass(slots=True)
class _Event:
    times: dict[str, list[tuple[Mapping[str, str], str]]] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _At:
    """A moment as a file writes it: wall time without a zone, and the zone it is meant in; whole days have none."""

    wall: datetime
    zone: tzinfo | None
    whole_day: bool

    def instant(self, home: tzinfo, wall: datetime | None = None) -> datetime:
        """In UTC; with `wall`, what that wall time would be."""
        return (wall or self.wall).replace(tzinfo=self.zone or home).astimezone(UTC)


def mask(raw: bytes, window: Window) -> int:
    """The busy atoms of the window: bit i is the five minutes that begin i * 5 minutes after it. Raises Unreadable."""
    begin, size = window.start, window.days * 288
    taken = bytearray(size)  # a byte for each atom: setting a slice of it copies nothing
    for number, (start, end) in enumerate(intervals(raw, window)):
        if number >= MOST_INSTANCES:
            raise Unreadable("too_many")
        first, last = max((start - begin) // ATOM, 0), min(-((begin - end) // ATOM), size)
        if last > first:
            taken[first:last] = b"\x01" * (last - first)
    return int(taken[::-1].translate(_DIGITS).decode(), 2)


def intervals(raw: bytes, window: Window) -> Iterator[tuple[datetime, datetime]]:
    """Every busy time that touches the window, in no order, in UTC. Raises Unreadable."""
    home = ZoneInfo(window.zone)
    events, frees, zones = _scanned(raw)
    named = _Zones(zones, home)
    for params, value in frees:
        if params.get("FBTYPE", "BUSY").upper() != "FREE":
            yield from _periods(value, named, home)
    for one in _by_uid(events, window.own_uids):
        yield from _of_series(one, window, named=named, home=home)


# ---------------------------------------------------------------- lines


def _scanned(raw: bytes) -> tuple[list[_Event], list[tuple[Mapping[str, str], str]], list[str]]:
    """The times of every event, of every VFREEBUSY, and the text of every VTIMEZONE; nothing else is kept."""
    text = raw.decode("utf-8-sig", "replace")
    if not text.lstrip()[:200].upper().startswith("BEGIN:VCALENDAR"):
        raise Unreadable("not_a_calendar")
    if "END:VCALENDAR" not in text.rstrip()[-200:].upper():
        raise Unreadable("cut_short")
    events: list[_Event] = []
    frees: list[tuple[Mapping[str, str], str]] = []
    zones: list[str] = []
    inside: list[str] = []
    for line in _unfolded(text):
        name = line[:40].partition(":")[0].partition(";")[0].upper()
        if name == "BEGIN":
            inside.append(line[6:40].strip().upper())
            if inside[-1] == "VEVENT":
                events.append(_Event())
                if len(events) > MOST_EVENTS:
                    raise Unreadable("too_many")
            elif inside[-1] == "VTIMEZONE":
                zones.append("")
        if "VTIMEZONE" in inside and name in _ZONE:
            zones[-1] += f"{line[:2000]}\r\n"
        elif inside and inside[-1] == "VEVENT" and name in _WORDS:
            events[-1].words[name] = line.partition(":")[2][:1000].strip()
        elif inside and inside[-1] == "VEVENT" and name in _TIMES:
            events[-1].times.setdefault(name, []).append(_parted(line))
        elif inside and inside[-1] == "VFREEBUSY" and name == "FREEBUSY":
            frees.append(_parted(line))
        if name == "END" and inside:
            inside.pop()
    return events, frees, zones


def _unfolded(text: str) -> Iterator[str]:
    """Content lines, put together again (RFC 5545 3.1), however they end."""
    whole: list[str] = []
    for line in text.split("\n"):
        line = line.rstrip("\r")
        if line[:1] in (" ", "\t"):
            whole.append(line[1:])
            continue
        if whole:
            yield "".join(whole)
        whole = [line]
    yield "".join(whole)


def _parted(line: str) -> tuple[Mapping[str, str], str]:
    if len(line) > LONGEST_LINE:
        raise Unreadable("too_long")
    found = _LINE.fullmatch(line)
    if found is None:
        return {}, line.partition(":")[2].strip()
    params = {one[1].upper(): one[2].strip('"') for one in _PARAMETER.finditer(found[2])}
    return params, found[3].strip()


# ---------------------------------------------------------------- zones and times


class _Zones:
    """The zones that a file names: by the names of the world, by those of Windows, or as the file itself draws them."""

    def __init__(self, drawn: list[str], home: tzinfo) -> None:
        self._drawn, self._home = drawn, home
        self._known: dict[str, tzinfo] = {}

    def called(self, name: str) -> tzinfo:
        """The zone of a TZID. Raises Unreadable `wrong_zone` for a name that nobody explains."""
        if name not in self._known:
            self._known[name] = self._found(name)
        return self._known[name]

    def _found(self, name: str) -> tzinfo:
        plain = name.strip('"')
        # Some programs put a path of their own in front: /freeassociation.sourceforge.net/Europe/Zurich
        for one in (plain, *(plain.split("/", count)[-1] for count in (1, 2, 3))):
            found = _of_the_world(one)
            if found is not None:
                return found
        from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

        found = _of_the_world(WINDOWS_TO_OLSON.get(plain, ""))
        if found is not None:
            return found
        for drawn in self._drawn:
            if f"TZID:{plain}\r\n" in drawn:
                return _drawn_zone(drawn)
        raise Unreadable("wrong_zone")


def _of_the_world(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _drawn_zone(drawn: str) -> tzinfo:
    from icalendar import Calendar, Timezone

    try:
        text = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-\r\n{drawn}END:VCALENDAR\r\n"
        zone = next(one for one in Calendar.from_ical(text).walk("VTIMEZONE") if isinstance(one, Timezone))
        made: tzinfo = zone.to_tz(lookup_tzid=False)
    except Exception as problem:
        raise Unreadable("wrong_zone") from problem
    return made


def _at(params: Mapping[str, str], value: str, zones: _Zones) -> _At | None:
    """A moment, or None for one that there is not (the 30th of February)."""
    found = _DATE.fullmatch(value)
    if found is None:
        return None
    year, month, day = int(found[1]), int(found[2]), int(found[3])
    try:
        if found[4] is None:
            return _At(datetime(year, month, day), None, True)  # noqa: DTZ001 - wall time, its zone beside it
        wall = datetime(year, month, day, int(found[4]), int(found[5]), min(int(found[6]), 59))  # noqa: DTZ001
    except ValueError:
        return None
    zone: tzinfo | None = UTC if found[7] else zones.called(params["TZID"]) if params.get("TZID") else None
    return _At(wall, zone, False)


def _duration(value: str) -> timedelta | None:
    found = _DURATION.fullmatch(value.strip().upper())
    if found is None:
        return None
    weeks, days_, hours, minutes, seconds = (int(one or 0) for one in found.groups()[1:])
    length = timedelta(weeks=weeks, days=days_, hours=hours, minutes=minutes, seconds=seconds)
    return -length if found[1] == "-" else length


def _periods(value: str, zones: _Zones, home: tzinfo) -> Iterator[tuple[datetime, datetime]]:
    for one in value.split(","):
        first, _, last = one.strip().partition("/")
        start = _at({}, first, zones)
        length, end = _duration(last), _at({}, last, zones)
        if start is None or (length is None and end is None):
            continue
        began = start.instant(home)
        yield began, end.instant(home) if end is not None else began + (length or timedelta())


# ---------------------------------------------------------------- events


@dataclass(frozen=True, slots=True)
class _Series:
    master: list[_Event]
    changed: list[_Event]


def _by_uid(events: list[_Event], own_uids: str) -> Iterator[_Series]:
    found: dict[str, _Series] = {}
    for number, one in enumerate(events):
        uid = one.words.get("UID") or f"-{number}"
        if own_uids and uid.endswith(own_uids):
            continue
        series = found.setdefault(uid, _Series([], []))
        (series.changed if "RECURRENCE-ID" in one.times else series.master).append(one)
    yield from found.values()


def _of_series(series: _Series, window: Window, *, named: _Zones, home: tzinfo) -> Iterator[tuple[datetime, datetime]]:
    changed: dict[datetime, _Event] = {}
    for one in sorted(series.changed, key=_sequence):
        params, value = one.times["RECURRENCE-ID"][0]
        at = _at(params, value, named)
        if at is not None:
            changed[at.instant(home)] = one
    for one in _latest(series.master):
        if _is_busy(one):
            for start, end in _of_event(one, window, named=named, home=home):
                if start not in changed:
                    yield start, end
    for one in changed.values():
        if _is_busy(one):
            yield from _of_event(_alone(one), window, named=named, home=home)


def _latest(masters: list[_Event]) -> list[_Event]:
    """Of several versions of one event the last; events that merely share a UID all count."""
    if len(masters) < 2:
        return masters
    highest = max(map(_sequence, masters))
    return [one for one in masters if _sequence(one) == highest]


def _alone(one: _Event) -> _Event:
    return _Event({name: value for name, value in one.times.items() if name in _ITS_OWN}, one.words)


def _sequence(one: _Event) -> int:
    number = one.words.get("SEQUENCE", "0")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0


def _is_busy(one: _Event) -> bool:
    words = one.words
    return (
        words.get("TRANSP", "").upper() != "TRANSPARENT"
        and words.get("STATUS", "").upper() != "CANCELLED"
        and words.get("X-MICROSOFT-CDO-BUSYSTATUS", "").upper() not in _FREE
    )


def _of_event(one: _Event, window: Window, *, named: _Zones, home: tzinfo) -> Iterator[tuple[datetime, datetime]]:
    """Every time of one event that touches the window."""
    start = _first(one, "DTSTART", named)
    if start is None:
        return
    length = _length(one, start, named=named, home=home)
    if not timedelta() < length <= LONGEST_EVENT:
        return
    opens, closes = window.start, window.end
    for wall in _walls(one, start, window, length=length, named=named, home=home):
        began = start.instant(home, wall)
        # Whole days have 23 or 25 hours.
        ended = start.instant(home, wall + length) if start.whole_day else began + length
        if ended > opens and began < closes:
            yield began, ended


def _first(one: _Event, name: str, named: _Zones) -> _At | None:
    for params, value in one.times.get(name, ()):
        return _at(params, value, named)
    return None


def _length(one: _Event, start: _At, *, named: _Zones, home: tzinfo) -> timedelta:
    end = _first(one, "DTEND", named)
    if end is not None:
        if start.whole_day:
            return end.wall - start.wall
        return end.instant(home) - start.instant(home)
    for _, value in one.times.get("DURATION", ()):
        return _duration(value) or timedelta()
    return timedelta(days=1) if start.whole_day else timedelta()


def _walls(
    one: _Event, start: _At, window: Window, *, length: timedelta, named: _Zones, home: tzinfo
) -> Iterator[datetime]:
    """The wall times at which an event begins: its first, those of its rules and its further dates, less the exceptions."""
    zone = start.zone or home
    first = (window.start - length).astimezone(zone).replace(tzinfo=None) - timedelta(days=1)
    last = window.end.astimezone(zone).replace(tzinfo=None) + timedelta(days=1)
    without = {_in_zone(at, start, home) for at in _listed(one, "EXDATE", named)}
    seen = set(without)
    for wall in (start.wall, *(_in_zone(at, start, home) for at in _listed(one, "RDATE", named))):
        if wall not in seen:
            seen.add(wall)
            yield wall
    for _, text in one.times.get("RRULE", ()):
        for wall in _repeated(text, start, first=first, last=last, home=home):
            if wall not in seen:
                yield wall


def _listed(one: _Event, name: str, named: _Zones) -> Iterator[_At]:
    for params, value in one.times.get(name, ()):
        for each in value.split(","):
            at = _at(params, each.strip().partition("/")[0], named)
            if at is not None:
                yield at


def _in_zone(at: _At, start: _At, home: tzinfo) -> datetime:
    """A moment as wall time of the event's own zone."""
    if at.whole_day:
        return at.wall if start.whole_day else datetime.combine(at.wall.date(), start.wall.time())
    if start.whole_day:
        return datetime.combine(at.wall.date(), time())
    return at.instant(home).astimezone(start.zone or home).replace(tzinfo=None)


def _repeated(text: str, start: _At, *, first: datetime, last: datetime, home: tzinfo) -> Iterator[datetime]:
    """What a rule says between two wall times. One that nobody can read says nothing beyond the event's own start."""
    from dateutil.rrule import rrulestr  # type: ignore[import-untyped]  # it says nothing of its types

    parts: dict[str, str] = {}
    for part in text.upper().strip().rstrip(";").split(";"):
        name, _, value = part.partition("=")
        parts[name.strip()] = value.strip()
    begin = start.wall
    until = _until(parts.pop("UNTIL", ""), start, home)
    if until is not None:
        if until < first:
            return
        last = min(last, until)
    if "COUNT" not in parts:
        begin = _near(begin, parts, first)
    try:
        rule: Any = rrulestr(";".join(f"{name}={value}" for name, value in parts.items()), dtstart=begin)
        for wall in rule:
            if wall > last:
                return
            if wall >= first:
                yield wall
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError):
        return


def _until(value: str, start: _At, home: tzinfo) -> datetime | None:
    found = _DATE.fullmatch(value)
    if found is None:
        return None
    try:
        day = datetime(int(found[1]), int(found[2]), int(found[3]))  # noqa: DTZ001 - wall time
        if found[4] is None:
            return day + timedelta(days=1) - timedelta(seconds=1)
        wall = day.replace(hour=int(found[4]), minute=int(found[5]), second=min(int(found[6]), 59))
    except ValueError:
        return None
    if found[7] and not start.whole_day:
        return wall.replace(tzinfo=UTC).astimezone(start.zone or home).replace(tzinfo=None)
    return wall


def _near(begin: datetime, parts: Mapping[str, str], first: datetime) -> datetime:
    """A start whole periods later, shortly before the window: a daily event of many years ago need not be counted through."""
    step = {"DAILY": timedelta(days=1), "WEEKLY": timedelta(weeks=1)}.get(parts.get("FREQ", ""))
    every = parts.get("INTERVAL", "1")
    if step is None or not (every.isascii() and every.isdigit() and 0 < int(every[:6]) < 10_000):
        return begin
    period = step * int(every)
    ahead = (first - begin) // period - 1
    return begin + period * ahead if ahead > 0 else begin
