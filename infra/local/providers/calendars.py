"""Calendars kept elsewhere: a small server that publishes files (ICS with ETag) and speaks CalDAV (RFC 4791).

It knows what clients need who look for a calendar, put events into it and ask for a range of time: PROPFIND, PROPPATCH, REPORT
(calendar-query, calendar-multiget), MKCALENDAR, PUT, GET, DELETE, OPTIONS. What lies under `/dav/` asks for a login;
`/files/<name>.ics` is what somebody published, open to whoever knows the address. The collection `demo` is there from
the beginning, busy every weekday over lunch.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from xml.etree.ElementTree import Element, ParseError, SubElement, fromstring, register_namespace, tostring

from infra.local.providers import wire

USERNAME, PASSWORD = "anna", "app-passwort"
DAV, CALDAV, CS = "DAV:", "urn:ietf:params:xml:ns:caldav", "http://calendarserver.org/ns/"
for _prefix, _space in (("d", DAV), ("c", CALDAV), ("cs", CS)):
    register_namespace(_prefix, _space)
HOME = "/calendar/dav/anna/"
DEMO = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Simulator//DE\r\nBEGIN:VEVENT\r\nUID:mittag@example.org\r\n"
    "DTSTAMP:20260101T000000Z\r\nDTSTART;TZID=Europe/Zurich:20260105T120000\r\nDTEND;TZID=Europe/Zurich:20260105T130000\r\n"
    "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR\r\nSUMMARY:Mittag mit Luca\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
_XML = "application/xml; charset=utf-8"
_ALLOWED = "OPTIONS, GET, HEAD, PUT, DELETE, PROPFIND, PROPPATCH, REPORT, MKCALENDAR"


class Calendars:
    """The server and what lies in it: collection -> file name -> the event as it was put there."""

    name = "calendar"

    def __init__(self, world: wire.World) -> None:
        self.collections: dict[str, dict[str, str]] = {}
        self.reset()

    def reset(self) -> None:
        self.collections.clear()
        self.collections["demo"] = {"mittag.ics": DEMO}

    def close(self) -> None:
        """Nothing runs in the background."""

    def describe(self, request: wire.Request) -> Any:
        return wire.parsed(request)

    def answer(self, request: wire.Request) -> wire.Answer:
        path = request.path.rstrip("/")
        if path.startswith("/files/") and request.method in ("GET", "HEAD"):
            return self._file(path.removeprefix("/files/").removesuffix(".ics"), request)
        if not path.startswith("/dav"):
            return wire.Answer(404)
        if request.method == "OPTIONS":
            return wire.Answer(200, headers={"DAV": "1, 3, calendar-access", "Allow": _ALLOWED})
        if not _knows(request):
            return wire.Answer(401, headers={"WWW-Authenticate": 'Basic realm="calendars"'})
        parts = path.split("/")[3:]  # "", dav, anna, collection, file
        return self._dav(request, parts[0] if parts else "", parts[1] if len(parts) > 1 else "")

    def _file(self, name: str, request: wire.Request) -> wire.Answer:
        if name not in self.collections:
            return wire.Answer(404)
        body = "\r\n".join(self.collections[name].values()) or "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"
        mark = _mark(body)
        if request.header("If-None-Match") == mark:
            return wire.Answer(304, headers={"ETag": mark})
        return wire.Answer(200, body.encode(), "text/calendar; charset=utf-8", {"ETag": mark})

    def _dav(self, request: wire.Request, collection: str, file: str) -> wire.Answer:
        there = self.collections.get(collection)
        match request.method:
            case "PROPFIND":
                return self._found(collection, request.header("Depth") or "0")
            case "PROPPATCH" if there is not None:  # a name for people, which nobody here asks for
                made = Element(f"{{{DAV}}}multistatus")
                _response(made, f"{HOME}{collection}/")
                return _multistatus(made)
            case "MKCALENDAR" if collection and there is None:
                self.collections[collection] = {}
                return wire.Answer(201)
            case "REPORT" if there is not None:
                return self._report(request, collection, there)
            case "PUT" if there is not None and file:
                new = file not in there
                there[file] = request.body.decode("utf-8", "replace")
                return wire.Answer(201 if new else 204, headers={"ETag": _mark(there[file])})
            case "GET" | "HEAD" if there is not None and file in there:
                return wire.Answer(
                    200, there[file].encode(), "text/calendar; charset=utf-8", {"ETag": _mark(there[file])}
                )
            case "DELETE" if there is not None and file in there:
                del there[file]
                return wire.Answer(204)
            case "DELETE" if there is not None and not file:
                del self.collections[collection]
                return wire.Answer(204)
        return wire.Answer(404)

    def _found(self, collection: str, depth: str) -> wire.Answer:
        if collection and collection not in self.collections:
            return wire.Answer(404)
        made = Element(f"{{{DAV}}}multistatus")
        if collection:
            self._collection(made, collection)
        else:
            _home(made)
            if depth == "1":
                for name in self.collections:
                    self._collection(made, name)
        return _multistatus(made)

    def _collection(self, made: Element, name: str) -> None:
        prop = _response(made, f"{HOME}{name}/")
        kinds = SubElement(prop, f"{{{DAV}}}resourcetype")
        SubElement(kinds, f"{{{DAV}}}collection")
        SubElement(kinds, f"{{{CALDAV}}}calendar")
        SubElement(prop, f"{{{DAV}}}displayname").text = name
        SubElement(prop, f"{{{CS}}}getctag").text = _mark("".join(self.collections[name].values()))
        kinds = SubElement(prop, f"{{{CALDAV}}}supported-calendar-component-set")
        SubElement(kinds, f"{{{CALDAV}}}comp").set("name", "VEVENT")

    def _report(self, request: wire.Request, collection: str, there: dict[str, str]) -> wire.Answer:
        try:
            asked = fromstring(request.body)
        except ParseError:
            return wire.Answer(400)
        if asked.tag == f"{{{CALDAV}}}calendar-multiget":
            wanted = {(one.text or "").rpartition("/")[2] for one in asked.iter(f"{{{DAV}}}href")}
        elif asked.tag == f"{{{CALDAV}}}calendar-query":
            wanted = set(_matching(asked, there))
        else:
            return wire.Answer(403)
        made = Element(f"{{{DAV}}}multistatus")
        for file in sorted(wanted & there.keys()):
            prop = _response(made, f"{HOME}{collection}/{file}")
            SubElement(prop, f"{{{DAV}}}getetag").text = _mark(there[file])
            SubElement(prop, f"{{{CALDAV}}}calendar-data").text = there[file]
        return _multistatus(made)


def _home(made: Element) -> None:
    prop = _response(made, HOME)
    SubElement(SubElement(prop, f"{{{DAV}}}resourcetype"), f"{{{DAV}}}collection")
    for space, what in ((DAV, "current-user-principal"), (CALDAV, "calendar-home-set")):
        SubElement(SubElement(prop, f"{{{space}}}{what}"), f"{{{DAV}}}href").text = HOME


def _response(made: Element, href: str) -> Element:
    response = SubElement(made, f"{{{DAV}}}response")
    SubElement(response, f"{{{DAV}}}href").text = href
    stat = SubElement(response, f"{{{DAV}}}propstat")
    prop = SubElement(stat, f"{{{DAV}}}prop")
    SubElement(stat, f"{{{DAV}}}status").text = "HTTP/1.1 200 OK"
    return prop


def _multistatus(made: Element) -> wire.Answer:
    return wire.Answer(207, tostring(made, "utf-8", xml_declaration=True), _XML)


def _matching(asked: Element, there: dict[str, str]) -> Iterator[str]:
    """The files with an event in the range that is asked for (RFC 4791 9.9), as a library for that sees it."""
    from icalendar import Calendar
    from recurring_ical_events import of  # type: ignore[import-untyped]  # it says nothing of its types

    ranges = list(asked.iter(f"{{{CALDAV}}}time-range"))
    for file, text in there.items():
        if not ranges or of(Calendar.from_ical(text)).between(_at(ranges[0], "start"), _at(ranges[0], "end")):
            yield file


def _at(one: Element, name: str) -> datetime:
    given = one.get(name)
    if not given:
        return datetime(2000 if name == "start" else 2100, 1, 1, tzinfo=UTC)
    return datetime.strptime(given, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def _knows(request: wire.Request) -> bool:
    right = base64.b64encode(f"{USERNAME}:{PASSWORD}".encode()).decode()
    return hmac.compare_digest(request.header("Authorization"), f"Basic {right}")


def _mark(text: str) -> str:
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:20]}"'
