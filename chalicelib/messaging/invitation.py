"""An appointment as an iCalendar entry (RFC 5545, RFC 5546): one UID for its whole life, a SEQUENCE for each change."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class Entry:
    """What a calendar is told. `host` makes the UID unique in the world; `sequence` counts moves and cancellations."""

    appointment_id: str
    host: str
    method: Literal["REQUEST", "CANCEL"]
    sequence: int
    start_at: datetime
    end_at: datetime
    stamped_at: datetime
    summary: str
    place: str
    link: str
    organizer_name: str
    organizer_email: str
    attendee_name: str
    attendee_email: str


def calendar(entry: Entry) -> bytes:
    """The entry as a calendar object. Times are in UTC, so that no reader needs our idea of a time zone."""
    from icalendar import Calendar, Event, vCalAddress, vUri

    made = Calendar()
    made.add("prodid", "-//Zeitfenster//Zeitfenster//DE")
    made.add("version", "2.0")
    made.add("method", entry.method)
    event = Event()
    event.add("uid", f"{entry.appointment_id}@{entry.host}")
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.stamped_at.replace(microsecond=0))
    event.add("dtstart", entry.start_at)
    event.add("dtend", entry.end_at)
    event.add("summary", entry.summary)
    event.add("location", entry.place)
    event.add("status", "CONFIRMED" if entry.method == "REQUEST" else "CANCELLED")
    event.add("transp", "OPAQUE")
    event.add("url", vUri(entry.link))
    organizer = vCalAddress(f"mailto:{entry.organizer_email}")
    organizer.params["CN"] = _parameter(entry.organizer_name)
    event["organizer"] = organizer
    attendee = vCalAddress(f"mailto:{entry.attendee_email}")
    attendee.params["CN"] = _parameter(entry.attendee_name)
    attendee.params["PARTSTAT"] = "ACCEPTED"
    attendee.params["RSVP"] = "FALSE"
    event.add("attendee", attendee, encode=False)
    made.add_component(event)
    return bytes(made.to_ical())


def _parameter(name: str) -> str:
    """A name as a parameter can hold it: no quotes and no control characters (RFC 5545 3.2)."""
    return " ".join("".join(letter if letter.isprintable() and letter != '"' else " " for letter in name).split())
