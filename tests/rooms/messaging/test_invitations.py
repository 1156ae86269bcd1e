"""Every calendar object we hand out is one by the letter, and two libraries that know nothing of each other agree on it."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import icalendar
import vobject

from tests.fakes.providers import Desk
from tests.rooms.calendars import reading
from tests.rooms.messaging.test_booked import mails_to
from tests.worlds.bookings import START, book
from tests.worlds.outbox import Queue
from tests.worlds.partners import World
from tests.worlds.visitor import Visitor

NAME = 'Schnitt, Farbe; «Pflege» \\ 90% – très long nom pour être plié à la ligne 👩‍🦰 "S"'


def invitations(desk: Desk) -> list[tuple[str, bytes]]:
    """The method that each mail names, and what it carries."""
    found = []
    for mail in mails_to(desk, "lea@example.org"):
        for attached in mail["attachments"]:
            content = attached["content"]
            raw = base64.b64decode(content) if attached["encoding"] == "base64" else content.encode()
            found.append((attached["method"], raw))
    return found


def test_confirming_moving_and_cancelling_are_one_entry_in_three_versions(
    practice: World, queue: Queue, desk: Desk
) -> None:
    practice.owner.form("service", {"id": practice.service_id}, name=NAME)
    booked = book(practice)
    queue.drain()
    token = urlsplit(booked["link"]).path.rpartition("/")[2]
    moved = Visitor().form("link-move", {"token": token}, start=(START + timedelta(days=1)).isoformat())
    assert moved.status == 200, moved.text
    queue.drain()
    assert Visitor().form("link-cancel", {"token": token}).status == 200
    queue.drain()

    confirmed, other, gone = invitations(desk)

    assert [confirmed[0], other[0], gone[0]] == ["REQUEST", "REQUEST", "CANCEL"]
    events = []
    for method, raw in (confirmed, other, gone):
        [event] = reading.events(raw)
        events.append(event)
        _as_rfc_5546_says(method, raw, practice)
    assert {event.uid for event in events} == {f"{booked['id']}@localhost"}
    assert [event.sequence for event in events] == [0, 1, 2]
    assert [event.status for event in events] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert [event.start for event in events] == [START, START + timedelta(days=1), START + timedelta(days=1)]
    assert {event.summary for event in events} == {f"{NAME}, Praxis Morgenrot"}
    file = Visitor().get(f"/my/{token}/calendar.ics").text.encode()
    [event] = reading.events(file)
    assert (event.uid, event.sequence, event.status) == (events[0].uid, 2, "CANCELLED")
    published = icalendar.Calendar.from_ical(file)
    assert str(published["METHOD"]) == "PUBLISH"
    assert "ATTENDEE" not in published.walk("VEVENT")[0]  # RFC 5546 3.2.1


def test_the_hour_stays_the_hour_on_both_sides_of_the_change_of_the_clocks(
    practice: World, queue: Queue, desk: Desk
) -> None:
    practice.owner.form("service", {"id": practice.service_id}, horizon_days=365)
    winter, summer = datetime(2027, 3, 24, 8, tzinfo=UTC), datetime(2027, 3, 31, 7, tzinfo=UTC)
    for start in (winter, summer):
        book(practice, start=start)
        queue.drain()

    starts = [reading.events(raw)[0].start for _, raw in invitations(desk)]

    assert starts == [winter, summer]  # nine o'clock in Zürich, both times


def _as_rfc_5546_says(method: str, raw: bytes, practice: World) -> None:
    """3.2.2 and 3.2.5: what has to be there once, and what must not be; RFC 6047 2.4: the mail names the same method."""
    calendar = icalendar.Calendar.from_ical(raw)
    [event] = calendar.walk("VEVENT")
    assert str(calendar["METHOD"]) == method
    assert str(calendar["VERSION"]) == "2.0"
    for name in ("DTSTAMP", "DTSTART", "ORGANIZER", "SEQUENCE", "SUMMARY", "UID", "ATTENDEE", "STATUS"):
        assert name in event, name
        assert not isinstance(event[name], list), name
    assert str(event["ORGANIZER"]) == f"mailto:{practice.emails[practice.owner_id]}"
    assert str(event["ATTENDEE"]) == "mailto:lea@example.org"
    assert event["DTSTAMP"].dt.tzinfo is not None
    assert not {"REQUEST-STATUS", "DURATION"} & set(event)
    other: Any = vobject.readOne(raw.decode())
    assert other.method.value == method
    assert other.vevent.organizer.params["CN"] == ["Praxis Morgenrot"]
    assert other.vevent.attendee.params["CN"] == ["Lea Keller"]
