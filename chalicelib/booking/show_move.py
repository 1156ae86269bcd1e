"""The page on which an appointment is moved: free times to choose from, and any other time to type."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.booking import find, search, see
from chalicelib.offering import find as offering
from chalicelib.offering.find import Offer
from chalicelib.plumbing import formats
from chalicelib.plumbing.refusals import Refusal
from chalicelib.plumbing.sheets import Page, Sheet

_DAYS = 3


def page(sheet: Sheet) -> Page:
    """The form `appointment` with the action `move`, also after a refusal. `day` in the query is where free times begin.

    One Query for the free times.
    """
    offer = offering.offer(sheet.visit.partner)
    zone = ZoneInfo(offer.partner.timezone)
    one = find.appointment_shown(sheet.visit.partner, sheet.content["action"].split("/")[2])
    wished = {each["name"]: each.get("default") for each in sheet.content["fields"]}
    employee_id = sheet.typed.get("employee_id") or wished["employee_id"]
    today = sheet.visit.at.astimezone(zone).date()
    first_on = max(
        today, _day(sheet.query.get("day")) or max(today, formats.instant(wished["start"], str(zone)).date())
    )
    service = offer.services.get(one["service_id"])
    if sheet.refused is None and sheet.query.get("start"):
        chosen: datetime | None = formats.instant(wished["start"], str(zone))
    else:
        chosen = None
    return Page(
        "booking/pages/move.html",
        {
            "form": sheet.content,
            "typed": sheet.typed,
            "refused": sheet.refused,
            "one": one,
            "service": service,
            "employee": offer.employees.get(one["employee_id"]),
            "customer": see.several(sheet.visit, [one["customer_id"]]).get(one["customer_id"]),
            "zone": str(zone),
            "chosen": chosen,
            "employee_id": employee_id,
            "chosen_employee": offer.employees.get(employee_id),
            "first_on": first_on,
            "last_on": first_on + timedelta(days=_DAYS - 1),
            "earlier": max(today, first_on - timedelta(days=_DAYS)),
            "later": first_on + timedelta(days=_DAYS),
            "today": today,
            "days": _free(offer, one, employee_id, first_on=first_on, at=sheet.visit.at),
            "start_local": formats.instant(wished["start"], str(zone)).strftime("%Y-%m-%dT%H:%M"),
        },
    )


def _day(text: str | None) -> date | None:
    try:
        found = date.fromisoformat(text or "")
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2200 else None


def _free(offer: Offer, one: dict[str, Any], employee_id: str, *, first_on: date, at: datetime) -> list[dict[str, Any]]:
    """The days that have free times. Nobody is hindered by a service that is not offered any more: then there are none."""
    try:
        found = search.times(
            offer,
            one["service_id"],
            employee_id=employee_id,
            first_on=first_on,
            last_on=first_on + timedelta(days=_DAYS - 1),
            at=at,
        )
    except Refusal:
        return []
    return [day for day in found["days"] if day["times"]]
