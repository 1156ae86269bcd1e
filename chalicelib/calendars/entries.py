"""Entries of a calendar file, written line by line (RFC 5545): quick, for files that are fetched all day long."""

from collections.abc import Iterable
from datetime import UTC, datetime

_MOST_OCTETS = 75
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


def file(name: str, entries: Iterable[str], *, minutes: int) -> str:
    """A whole file under a name, to be fetched again after so many minutes (RFC 7986; older programs read the X- lines)."""
    head = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Zeitfenster//Zeitfenster//DE",
        "CALSCALE:GREGORIAN",
        f"NAME:{text(name)}",
        f"X-WR-CALNAME:{text(name)}",
        f"REFRESH-INTERVAL;VALUE=DURATION:PT{minutes}M",
        f"X-PUBLISHED-TTL:PT{minutes}M",
    )
    return "".join((_lines(head), *entries, _lines(("END:VCALENDAR",))))


def entry(
    uid: str,
    *,
    start_at: datetime,
    end_at: datetime,
    changed_at: datetime,
    sequence: int,
    status: str,
    summary: str,
) -> str:
    """One time that is taken. Instants are written in UTC, so that no reader needs our idea of a time zone."""
    changed = _instant(changed_at)
    return _lines(
        (
            "BEGIN:VEVENT",
            f"UID:{uid}",
            f"DTSTAMP:{changed}",  # a stamp of each fetch would make every file look new
            f"LAST-MODIFIED:{changed}",
            f"SEQUENCE:{sequence}",
            f"DTSTART:{_instant(start_at)}",
            f"DTEND:{_instant(end_at)}",
            f"SUMMARY:{text(summary)}",
            f"STATUS:{status}",
            "TRANSP:OPAQUE",
            "END:VEVENT",
        )
    )


def text(value: str) -> str:
    """Text as a value (RFC 5545 3.3.11), without control characters."""
    plain = "".join(letter for letter in value if letter == "\n" or letter.isprintable() or letter == "\u200d")
    return plain.translate(_ESCAPED)


def _lines(lines: Iterable[str]) -> str:
    return "".join(_folded(line) for line in lines)


def _folded(line: str) -> str:
    """A line of at most 75 octets, or several, each going on with a blank; no letter is cut in two."""
    if len(line) < _MOST_OCTETS // 4 or len(line.encode()) <= _MOST_OCTETS:
        return f"{line}\r\n"
    made, octets = [], 0
    for letter in line:
        size = len(letter.encode())
        if octets + size > _MOST_OCTETS:
            made.append("\r\n ")
            octets = 1
        made.append(letter)
        octets += size
    return "".join((*made, "\r\n"))


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
