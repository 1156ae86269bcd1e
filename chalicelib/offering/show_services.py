"""The page of what a partner offers: each service with its price and its people, and a way to its booking page."""

from typing import Any

from chalicelib.offering import find, rules
from chalicelib.offering.find import Offer, Service
from chalicelib.plumbing import settings
from chalicelib.plumbing.door import ADMINS
from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """All services, those that are switched off last."""
    offer = find.offer(sheet.visit.partner)
    may_change = sheet.visit.role in ADMINS
    ordered = sorted(offer.services.values(), key=lambda one: (not one.active, one.name.casefold(), one.id))
    services = [
        {**_shown(offer, one), "switch": sheet.form("service", id=one.id, section="active") if may_change else None}
        for one in ordered
    ]
    return Page(
        "offering/pages/services.html",
        {
            "services": services,
            "may_change": may_change,
            "booking_name": offer.partner.booking_name,
            "site": settings.get().public_url.partition("://")[2],
            "has_hours": any(_works(offer, one) for one in offer.employees),
        },
    )


def _shown(offer: Offer, service: Service) -> dict[str, Any]:
    able, names = offer.employees_for(service), offer.names()
    return {
        "id": service.id,
        "name": service.name,
        "duration_minutes": service.duration_minutes,
        "price_rappen": service.price_rappen,
        "capacity": service.capacity,
        "active": service.active,
        "anybody": not service.employee_ids,
        "who": sorted(names[one.id] for one in able),
        "can_be_booked": any(_works(offer, one.id) for one in able),
        "questions": len(service.questions),
    }


def _works(offer: Offer, employee_id: str) -> bool:
    hours = offer.hours.get(employee_id, rules.NO_HOURS)
    return any(hours.weekly) or any(times for _, times in hours.dates)
