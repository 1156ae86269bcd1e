"""Show a customer: who they are, what was and is to come, and until when it is kept."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.booking import find
from chalicelib.booking.records import AppointmentRow
from chalicelib.offering import find as offering
from chalicelib.offering.find import Offer
from chalicelib.plumbing.door import ADMINS
from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """One customer with all of their appointments."""
    visit, customer = sheet.visit, sheet.content
    offer = offering.offer(visit.partner)
    rows = find.of_customer(visit.partner, customer["id"])
    last_at = customer["last_appointment_at"]
    begins_on = datetime.fromisoformat(last_at or customer["created_at"]).astimezone(ZoneInfo(offer.partner.timezone))
    return Page(
        "booking/pages/customer.html",
        {
            "zone": offer.partner.timezone,
            "coming": [_visit(row, offer) for row in rows if row.start_at >= visit.at],
            "past": [_visit(row, offer) for row in reversed(rows) if row.start_at < visit.at],
            "months": _months(begins_on.date(), date.fromisoformat(customer["delete_on"])),
            "may_erase": visit.role in ADMINS,
        },
    )


def _visit(row: AppointmentRow, offer: Offer) -> dict[str, Any]:
    service, employee = offer.services.get(row.service_id), offer.employees.get(row.employee_id)
    return {
        "id": row.sk,
        "start": row.start_at.astimezone(ZoneInfo(offer.partner.timezone)),
        "service": service.name if service else None,
        "employee": f"{employee.first_name} {employee.last_name}" if employee else None,
        "status": row.status,
    }


def _months(first_on: date, last_on: date) -> int:
    return (last_on.year - first_on.year) * 12 + last_on.month - first_on.month
