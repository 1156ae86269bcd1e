"""Show the activity log: what happened, when, by whom, from where, with a choice of days."""

from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from chalicelib.offering import find as offering
from chalicelib.offering.find import Offer
from chalicelib.plumbing import formats, words
from chalicelib.plumbing.sheets import Page, Sheet

_PLACES = {
    "appointment": "/appointments/{}",
    "customer": "/customers/{}",
    "employee": "/employees/{}",
    "service": "/services/{}",
}


def page(sheet: Sheet) -> Page:
    """One page of the log, as the answer lists it."""
    offer = offering.offer(sheet.visit.partner)
    asked = {name: sheet.query[name] for name in ("from", "to", "limit") if sheet.query.get(name)}
    cursor = sheet.content["next"]
    return Page(
        "entrance/pages/activity.html",
        {
            "entries": [_shown(one, offer, sheet.visit.language) for one in sheet.content["items"]],
            "first": asked.get("from", "")[:10],
            "last": asked.get("to", "")[:10],
            "today": sheet.visit.at.astimezone(ZoneInfo(offer.partner.timezone)).date(),
            "beginning": f"/activity?{urlencode(asked)}" if sheet.query.get("cursor") else None,
            "onward": f"/activity?{urlencode({**asked, 'cursor': cursor})}" if cursor else None,
        },
    )


def _shown(one: dict[str, Any], offer: Offer, language: str) -> dict[str, Any]:
    subject = one["subject"] or {}
    place = _PLACES.get(subject.get("kind", ""))
    # What was erased has no page any more.
    leads = place is not None and not one["kind"].endswith((".erased", ".removed", ".cleared"))
    return {
        **one,
        "at": formats.instant(one["at"], offer.partner.timezone),
        "who": _who(one, offer, language),
        "href": place.format(subject["id"]) if place and leads else None,
    }


def _who(one: dict[str, Any], offer: Offer, language: str) -> str:
    if one["employee_id"]:
        employee = offer.employees.get(one["employee_id"])
        if employee is not None:
            return f"{employee.first_name} {employee.last_name}"
        return words.say("entrance", "activity.who.former", language)
    source = one["source"]
    return words.say(
        "entrance", f"activity.who.{source if source in ('api', 'job', 'webhook') else 'visitor'}", language
    )
