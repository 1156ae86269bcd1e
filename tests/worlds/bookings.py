"""What customers and partners do with appointments, through the verbs behind the doors."""

from datetime import UTC, datetime
from typing import Any

from chalicelib.booking import book as booking
from chalicelib.booking import book_by_partner as by_partner
from chalicelib.booking import cancel as cancelling
from chalicelib.booking import move as moving
from chalicelib.consent import find as consent
from chalicelib.plumbing import ids
from chalicelib.plumbing.visit import Visit
from tests.worlds.partners import World

START = datetime(2026, 11, 26, 13, 30, tzinfo=UTC)  # Thursday 14:30 in Zürich
LEA: dict[str, Any] = {
    "first_name": "Lea",
    "last_name": "Keller",
    "email": "lea@example.org",
    "phone": None,
    "sms": False,
    "language": "de",
    "note": None,
    "answers": None,
    "employee_id": "any",
}


def book(practice: World, start: datetime = START, **values: Any) -> dict[str, Any]:
    """A customer books at the public page: `{id, start, end, employee, link, delete_on}`."""
    version = consent.version_in_force("privacy", practice.clock.now.date())
    wish = {"service_id": practice.service_id, "start": start, "accept_privacy": version}
    return booking.appointment(_customer(practice), practice.booking_name, {**LEA, **wish, **values})


def book_by_partner(practice: World, start: datetime = START, **values: Any) -> dict[str, Any]:
    """The practice writes an appointment in."""
    visit = Visit(
        at=practice.clock.now, request_id=ids.new(), source="web", partner_id=practice.id,
        employee_id=practice.owner_id, role="owner",
    )  # fmt: skip
    wish = {"service_id": practice.service_id, "start": start, "customer_id": None}
    return by_partner.appointment(visit, {**LEA, **wish, **values})


def move(practice: World, appointment_id: str, start: datetime) -> None:
    """A customer moves an appointment by the link."""
    visit = _customer(practice).for_partner(practice.id)
    moving.appointment(visit, appointment_id, {"start": start, "employee_id": None})


def cancel(practice: World, appointment_id: str) -> None:
    """A customer cancels an appointment by the link."""
    visit = _customer(practice).for_partner(practice.id)
    cancelling.appointment(visit, appointment_id, {"reason": None})


def _customer(practice: World) -> Visit:
    return Visit(at=practice.clock.now, request_id=ids.new(), source="web", ip="192.0.2.10")
