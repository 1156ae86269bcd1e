"""What the public sees of a partner: the business, what can be booked, and the first names of those who do it."""

from typing import Any

from chalicelib.offering.find import Offer, Service


def shown(offer: Offer) -> dict[str, Any]:
    """The answer of GET /book/{booking_name}: nothing that a customer has no need of."""
    partner = offer.partner
    services = sorted((s for s in offer.services.values() if s.active), key=lambda s: (s.name.casefold(), s.id))
    able = {e.id: e for service in services for e in offer.employees_for(service)}
    return {
        "booking_name": partner.booking_name,
        "company": partner.company,
        "street": partner.street,
        "postcode": partner.postcode,
        "city": partner.city,
        "country": partner.country,
        "language": partner.language,
        "timezone": partner.timezone,
        "sms_enabled": partner.sms_enabled,
        "accent": partner.accent,
        "salutation": partner.salutation,
        "retention_months": partner.retention_months,
        "services": [_service(offer, service) for service in services],
        "employees": [{"id": one.id, "first_name": one.first_name} for _, one in sorted(able.items())],
    }


def _service(offer: Offer, service: Service) -> dict[str, Any]:
    return {
        "id": service.id,
        "name": service.name,
        "duration_minutes": service.duration_minutes,
        "lead_time_minutes": service.lead_time_minutes,
        "horizon_days": service.horizon_days,
        "cancel_until_hours": service.cancel_until_hours,
        "price_rappen": service.price_rappen,
        "currency": "CHF",
        "capacity": service.capacity,
        "employee_ids": [one.id for one in offer.employees_for(service)],
        "questions": list(service.questions),
    }
