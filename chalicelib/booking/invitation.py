"""An appointment as an iCalendar entry (RFC 5545, RFC 5546): one UID for its whole life, a SEQUENCE for each change."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from urllib.parse import urlsplit

from chalicelib.accounts.find import Partner
from chalicelib.booking.find import Appointment, Customer
from chalicelib.plumbing import settings

Method = Literal["REQUEST", "CANCEL", "PUBLISH"]


@dataclass(frozen=True, slots=True)
class Entry:
    """What a calendar is told; `sequence` counts moves and cancellations.

    REQUEST and CANCEL go by mail to the attendee; PUBLISH is a file for whoever opens it and names none (RFC 5546 3.2.1).
    """

    uid: str
    method: Method
    cancelled: bool
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


def of(one: Appointment, customer: Customer, *, method: Method, cancelled: bool, stamped_at: datetime) -> bytes:
    """An appointment as a calendar object: the same in every mail and in every file, but for its method."""
    partner = one.partner
    return calendar(
        Entry(
            uid=uid(one.id),
            method=method,
            cancelled=cancelled,
            sequence=one.sequence,
            start_at=one.start_at,
            end_at=one.end_at,
            stamped_at=stamped_at,
            summary=f"{one.service.name}, {partner.company}" if one.service else partner.company,
            place=place(partner),
            link=one.link,
            organizer_name=partner.company,
            organizer_email=partner.email,
            attendee_name=f"{customer.first_name} {customer.last_name}".strip(),
            attendee_email=customer.email or "",
        )
    )


def uid(thing_id: str) -> str:
    """The UID of an entry, unique in the world and the same in invitations, files and feeds."""
    return thing_id + uid_end()


def uid_end() -> str:
    """How all our UIDs end: by it we know our own entries again when somebody's calendar gives them back."""
    return f"@{urlsplit(settings.get().public_url).hostname or 'zeitfenster'}"


def place(partner: Partner) -> str:
    """Where a partner is, on one line."""
    return f"{partner.street}, {partner.postcode} {partner.city}"


def calendar(entry: Entry) -> bytes:
    """The entry as a calendar object. Times are in UTC, so that no reader needs our idea of a time zone."""
    from icalendar import Calendar, Event, vCalAddress, vUri

    made = Calendar()
    made.add("prodid", "-//Zeitfenster//Zeitfenster//DE")
    made.add("version", "2.0")
    made.add("method", entry.method)
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.stamped_at.replace(microsecond=0))
    event.add("dtstart", entry.start_at)
    event.add("dtend", entry.end_at)
    event.add("summary", entry.summary)
    event.add("location", entry.place)
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("transp", "OPAQUE")
    event.add("url", vUri(entry.link))
    organizer = vCalAddress(f"mailto:{entry.organizer_email}")
    organizer.params["CN"] = _parameter(entry.organizer_name)
    event["organizer"] = organizer
    if entry.method != "PUBLISH":
        _invite(event, entry)
    made.add_component(event)
    return bytes(made.to_ical())


def _invite(event: Any, entry: Entry) -> None:
    from icalendar import vCalAddress

    attendee = vCalAddress(f"mailto:{entry.attendee_email}")
    attendee.params["CN"] = _parameter(entry.attendee_name)
    attendee.params["PARTSTAT"] = "ACCEPTED"
    attendee.params["RSVP"] = "FALSE"
    event.add("attendee", attendee, encode=False)


def _parameter(name: str) -> str:
    """A name as a parameter can hold it: no quotes and no control characters (RFC 5545 3.2)."""
    return " ".join("".join(letter if letter.isprintable() and letter != '"' else " " for letter in name).split())
