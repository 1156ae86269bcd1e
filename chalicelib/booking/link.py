"""The link in a customer's mail: it opens one appointment, without an account, until a week after its end."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.accounts.find import Partner
from chalicelib.booking import rules
from chalicelib.booking.people import partition
from chalicelib.booking.records import AppointmentRow, CustomerRow
from chalicelib.offering import find
from chalicelib.offering.find import Offer
from chalicelib.plumbing import links, settings, table
from chalicelib.plumbing.refusals import Gone
from chalicelib.plumbing.visit import Visit

GOOD_AFTER_END = timedelta(days=7)
_PURPOSE = "my"


def url(partner_id: str, appointment_id: str) -> str:
    """The address of an appointment for its customer; whoever has it may do what the customer may."""
    return f"{settings.get().public_url}/my/{token(partner_id, appointment_id)}"


def token(partner_id: str, appointment_id: str) -> str:
    """The last part of that address."""
    return links.make(_PURPOSE, [partner_id, appointment_id], expires_at=None)


def opened(visit: Visit, sealed: str) -> tuple[Visit, AppointmentRow, CustomerRow, Offer]:
    """What a link opens: the visit on the partner's ground, the appointment, its customer, the partner's offer.

    Raises Missing for a link we did not make, Gone a week after the end, and when the appointment or its customer was
    erased.
    """
    partner_id, appointment_id = _parts(sealed, visit.at)
    row = table.get(AppointmentRow, f"{partner_id}#appointments", appointment_id)
    if row is None or visit.at > row.end_at + GOOD_AFTER_END:
        raise Gone("link_over", says="my_link_over")
    customer = table.get(CustomerRow, partition(partner_id), f"customer#{row.customer_id}")
    if customer is None:
        raise Gone("link_over", says="my_link_over")
    customers = replace(visit, partner_id=partner_id, employee_id=None, role=None)
    return customers, row, customer, find.offer(partner_id)


def used(visit: Visit, sealed: str) -> tuple[Visit, AppointmentRow]:
    """What a form of the link changes: the visit of a customer on the partner's ground, and the appointment.

    Whoever sends it acts as the customer, even with an API key in hand. Raises as `opened` does.
    """
    visit, row, _, _ = opened(visit, sealed)
    return visit, row


def offer_of(sealed: str, at: datetime) -> Offer:
    """Whose link it is, as a page about it needs to know, even when what it opened is gone. Raises Missing."""
    partner_id, _ = _parts(sealed, at)
    return find.offer(partner_id)


def shown(row: AppointmentRow, customer: CustomerRow, offer: Offer, at: datetime) -> dict[str, Any]:
    """An appointment as its customer sees it: what, when, with whom, where, until when it can be changed and is kept."""
    zone = offer.partner.timezone
    service, employee = offer.services.get(row.service_id), offer.employees.get(row.employee_id)
    until = row.start_at - timedelta(hours=int(row.cancel_until_hours))
    changeable = row.status in rules.MOVABLE
    return {
        "id": row.sk,
        "start": local(row.start_at, zone),
        "end": local(row.end_at, zone),
        "timezone": zone,
        "status": row.status,
        "service": {"id": row.service_id, "name": service.name if service else None},
        "employee": {"id": row.employee_id, "first_name": employee.first_name if employee else None},
        "partner": public_profile(offer.partner),
        "customer": {"first_name": customer.first_name, "last_name": customer.last_name},
        "price_rappen": int(row.price_rappen),
        "currency": "CHF",
        "sms": row.sms,
        "note": row.note,
        "answers": row.answers or {},
        "may_cancel_until": local(until, zone),
        "may_cancel": changeable and rules.may_change(at, row.start_at, int(row.cancel_until_hours)),
        "delete_on": row.delete_on,
    }


def public_profile(partner: Partner) -> dict[str, Any]:
    """What everybody may know of a partner."""
    names = ("booking_name", "company", "street", "postcode", "city", "country", "email", "phone", "language")
    return {name: getattr(partner, name) for name in names}


def local(at: datetime, zone: str) -> str:
    """An instant as the clock on the partner's wall shows it, with its offset."""
    return at.astimezone(ZoneInfo(zone)).isoformat()


def _parts(sealed: str, at: datetime) -> tuple[str, str]:
    partner_id, appointment_id = links.read(_PURPOSE, sealed, at)
    return partner_id, appointment_id
