"""Fetch a calendar that is kept elsewhere: a file at an address, or a collection by CalDAV (RFC 4791)."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from chalicelib.calendars import rules
from chalicelib.calendars.records import SourceRow
from chalicelib.plumbing import egress, reach, settings, web

_DAV, _CALDAV, _CS = "DAV:", "urn:ietf:params:xml:ns:caldav", "http://calendarserver.org/ns/"
_ASK = (
    f'<?xml version="1.0" encoding="utf-8"?><d:propfind xmlns:d="{_DAV}" xmlns:cs="{_CS}">'
    "<d:prop><d:resourcetype/><cs:getctag/></d:prop></d:propfind>"
)
_QUERY = (
    f'<?xml version="1.0" encoding="utf-8"?><c:calendar-query xmlns:d="{_DAV}" xmlns:c="{_CALDAV}">'
    "<d:prop><c:calendar-data/></d:prop>"
    '<c:filter><c:comp-filter name="VCALENDAR"><c:comp-filter name="VEVENT">'
    '<c:time-range start="{first}" end="{last}"/>'
    "</c:comp-filter></c:comp-filter></c:filter></c:calendar-query>"
)
_ANSWERS: Mapping[int, str] = {
    401: "refused",
    403: "refused",
    404: "not_there",
    410: "not_there",
    429: "busy",
    503: "busy",
}


class Failed(Exception):
    """There is no calendar to read; `code` says why: refused, not_there, moved, busy, answer, unreachable, no_answer,
    inside, too_large, not_a_calendar.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came: the calendar (None if it is the version whose mark was sent along), and the mark of its version."""

    content: bytes | None
    mark: str | None


def calendar(row: SourceRow, first_utc_day: date, *, known: str | None) -> Fetched:
    """The calendar of a source, from a day on; nothing of it if its version has the mark that is `known`. Raises Failed."""
    return _collection(row, first_utc_day, known) if row.kind == "caldav" else _file(row, known)


def _file(row: SourceRow, known: str | None) -> Fetched:
    asked = {("If-None-Match" if known.endswith('"') else "If-Modified-Since"): known} if known else {}
    reply = _asked(row, "GET", headers={"Accept": "text/calendar", **asked})
    if reply.status == 304 and known:
        return Fetched(None, known)
    if reply.status != 200:
        raise Failed(_why(reply.status))
    return Fetched(reply.body, _mark(reply.headers.get("etag") or reply.headers.get("last-modified")))


def _collection(row: SourceRow, first_utc_day: date, known: str | None) -> Fetched:
    kinds, mark = _described(_answered(row, "PROPFIND", depth="0", body=_ASK))
    if f"{{{_CALDAV}}}calendar" not in kinds:
        raise Failed("not_a_calendar")
    if mark and mark == known:
        return Fetched(None, mark)
    start = datetime.combine(first_utc_day, time(), UTC)
    first, last = (f"{one:%Y%m%dT%H%M%SZ}" for one in (start, start + timedelta(days=rules.READ_DAYS)))
    found = _answered(row, "REPORT", depth="1", body=_QUERY.format(first=first, last=last))
    parts = [one.text.strip() for one in found.iter(f"{{{_CALDAV}}}calendar-data") if one.text and one.text.strip()]
    if not parts and any(True for _ in found.iter(f"{{{_DAV}}}response")):
        raise Failed("answer")  # events without what is in them: nobody is free because of that
    return Fetched("\r\n".join(parts).encode(), mark)


def _answered(row: SourceRow, method: str, *, depth: str, body: str) -> Any:
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException  # type: ignore[import-untyped]  # it says nothing of its types
    from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]

    headers = {"Depth": depth, "Content-Type": "application/xml; charset=utf-8", "Accept": "application/xml, text/xml"}
    reply = _asked(row, method, headers=headers, body=body.encode())
    if reply.status != 207:
        raise Failed("not_a_calendar" if reply.status in (200, 405, 415, 501) else _why(reply.status))
    try:
        found = fromstring(reply.body)
    except (ParseError, DefusedXmlException, ValueError, RecursionError) as problem:
        raise Failed("answer") from problem
    if found.tag != f"{{{_DAV}}}multistatus":
        raise Failed("answer")
    return found


def _described(found: Any) -> tuple[set[str], str | None]:
    kinds = {one.tag for each in found.iter(f"{{{_DAV}}}resourcetype") for one in each}
    marks = [one.text for one in found.iter(f"{{{_CS}}}getctag") if one.text]
    return kinds, _mark(marks[0]) if marks else None


def _asked(row: SourceRow, method: str, *, headers: Mapping[str, str], body: bytes = b"") -> web.Reply:
    own = egress.OWN_CALENDAR
    disclosure = egress.Disclosure(
        recipient=own.vendor,
        purpose=own.purpose,
        legal_basis=own.legal_basis,
        categories=("credentials",) if row.username else ("ids",),
        subject_kind="calendar_source",
        subject_id=row.sk.rpartition("#")[2],
    )
    sent = {"User-Agent": f"Zeitfenster-Calendars/{settings.get().version}", **headers}
    if row.username:
        pair = f"{row.username}:{row.password or ''}".encode()
        sent["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
    try:
        return web.fetch(disclosure, method, row.url, headers=sent, body=body, most_bytes=rules.MOST_BYTES)
    except reach.Hostile as problem:
        raise Failed("inside") from problem
    except web.Unreachable as problem:
        raise Failed("unreachable") from problem
    except web.TooLong as problem:
        raise Failed("too_large") from problem
    except web.Ambiguous as problem:
        raise Failed("no_answer") from problem


def _why(status: int) -> str:
    return _ANSWERS.get(status, "moved" if 300 <= status < 400 else "answer")


def _mark(given: str | None) -> str | None:
    """The other side's word for a version, if it can be sent back to them as it is."""
    return given if given and len(given) <= 200 and given.isascii() and given.isprintable() else None
