"""Calendar files read by two libraries that know nothing of each other, and by the letter of RFC 5545."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import icalendar
import vobject

_CONTENT = re.compile(
    r'[A-Za-z0-9-]+(;[A-Za-z0-9-]+=("[^"\x00-\x08\x0a-\x1f]*"|[^";:,\x00-\x1f]*)(,[^";:,]*)*)*:.*', re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Event:
    """What both libraries found alike."""

    uid: str
    start: datetime
    end: datetime
    summary: str
    sequence: int
    status: str


def events(raw: bytes) -> list[Event]:
    """The events of a file, after both libraries agreed on them and every line was looked at."""
    by_letter(raw)
    one = [_by_icalendar(each) for each in icalendar.Calendar.from_ical(raw).walk("VEVENT")]
    other = [
        _by_vobject(each)
        for calendar in vobject.readComponents(raw.decode())
        for each in getattr(calendar, "vevent_list", [])
    ]
    assert one == other
    return one


def by_letter(raw: bytes) -> None:
    """Lines of at most 75 octets that end in CRLF, UTF-8 that is not cut, no control characters (RFC 5545 3.1)."""
    assert raw.endswith(b"\r\n")
    assert b"\n" not in raw.replace(b"\r\n", b"")
    lines = raw.split(b"\r\n")[:-1]
    for line in lines:
        assert len(line) <= 75, line
        line.decode("utf-8")
    for line in re.sub(rb"\r\n[ \t]", b"", raw).decode().split("\r\n")[:-1]:
        assert _CONTENT.fullmatch(line), line
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", line), line


def _by_icalendar(one: Any) -> Event:
    return Event(
        str(one["uid"]), one["dtstart"].dt.astimezone(UTC), one["dtend"].dt.astimezone(UTC), str(one["summary"]),
        int(one["sequence"]), str(one["status"]),
    )  # fmt: skip


def _by_vobject(one: Any) -> Event:
    return Event(
        one.uid.value, one.dtstart.value.astimezone(UTC), one.dtend.value.astimezone(UTC), one.summary.value,
        int(one.sequence.value), one.status.value,
    )  # fmt: skip
