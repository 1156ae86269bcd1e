"""The customer's page: the appointment, whether and until when it can be changed, and the ways to do so."""

from datetime import datetime, timedelta
from typing import Any

from chalicelib.booking import link, own_page
from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """From the answer of GET /my/{token}."""
    one, at = sheet.content, sheet.visit.at
    offer = link.offer_of(sheet.parameters["token"], at)
    service = offer.services.get(one["service"]["id"])
    start, until = datetime.fromisoformat(one["start"]), datetime.fromisoformat(one["may_cancel_until"])
    return own_page.made(
        sheet,
        "my",
        offer.partner,
        {
            "one": one,
            "state": state(one, at),
            "booked": sheet.query.get("booked") == "1",
            "minutes": (datetime.fromisoformat(one["end"]) - start) // timedelta(minutes=1),
            "window_hours": (start - until) // timedelta(hours=1),
            "questions": {each["id"]: each["label"] for each in service.questions} if service else {},
        },
    )


def state(one: dict[str, Any], at: datetime) -> str:
    """What is to be said of an appointment: `open`, `late` (too late to change), `begun`, `over`, `off` or `declined`."""
    if one["status"] in ("cancelled_by_customer", "cancelled_by_partner"):
        return "off"
    if one["status"] in ("declined", "expired"):
        return "declined"
    if at >= datetime.fromisoformat(one["end"]) or one["status"] in ("completed", "no_show"):
        return "over"
    if at >= datetime.fromisoformat(one["start"]):
        return "begun"
    return "open" if one["may_cancel"] else "late"
