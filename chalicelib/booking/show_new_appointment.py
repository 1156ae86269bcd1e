"""The page on which a partner books for somebody: who comes (looked up by name, or described), for what, when."""

from collections.abc import Mapping
from typing import Any

from chalicelib.booking import see
from chalicelib.booking.find import Customer
from chalicelib.offering import find as offering
from chalicelib.plumbing import formats
from chalicelib.plumbing.sheets import Page, Sheet

_MOST_FOUND = 12
_LONGEST_WISH = 80
_CARRIED = ("service_id", "employee_id", "start")


def page(sheet: Sheet) -> Page:
    """The form `appointment`, also after a refusal. The query may name `customer_id`, or `q`: a name to look for."""
    offer = offering.offer(sheet.visit.partner)
    zone = offer.partner.timezone
    customer = _chosen(sheet)
    wish = str(sheet.query.get("q") or "").strip()[:_LONGEST_WISH]
    found: dict[str, Any] = {"items": [], "next": None}
    if wish and customer is None:
        found = see.customers(sheet.visit, {"q": wish, "limit": _MOST_FOUND, "cursor": None})
    fields = {one["name"]: one for one in sheet.content["fields"]}
    start = fields["start"].get("default")
    return Page(
        "booking/pages/new_appointment.html",
        {
            "form": sheet.content,
            "fields_by_name": fields,
            "typed": sheet.typed,
            "refused": sheet.refused,
            "customer": customer,
            "wish": wish,
            "found": found["items"],
            "has_more": found["next"] is not None,
            "carried": {name: sheet.query[name] for name in _CARRIED if sheet.query.get(name)},
            "asked": [one for one in offer.services.values() if one.active and one.questions],
            "service_id": _service_id(sheet, fields),
            "zone": zone,
            "customers_language": offer.partner.language,
            "start_local": formats.instant(start, zone).strftime("%Y-%m-%dT%H:%M") if start else "",
            "alternatives": _alternatives(sheet, zone),
            "names": {one.id: one.first_name for one in offer.employees.values()},
            "has_services": any(one.active for one in offer.services.values()),
            "is_admin": sheet.visit.role != "employee",
        },
    )


def _chosen(sheet: Sheet) -> Customer | None:
    customer_id = str(sheet.typed.get("customer_id") or sheet.query.get("customer_id") or "")
    return see.several(sheet.visit, [customer_id]).get(customer_id) if customer_id else None


def _service_id(sheet: Sheet, fields: Mapping[str, Any]) -> str:
    """The service whose questions are asked: what was typed, else what the page came with, else the only one there is."""
    one = fields["service_id"]
    options = one.get("options") or []
    return str(sheet.typed.get("service_id") or one.get("default") or (options[0] if len(options) == 1 else ""))


def _alternatives(sheet: Sheet, zone: str) -> list[dict[str, Any]]:
    """Other times near the one that was taken, each with who is free then."""
    return [
        {"start": formats.instant(one["start"], zone), "employee_ids": one["employee_ids"]}
        for one in (sheet.refused or {}).get("alternatives", [])
    ]
