"""Show the messages: what went, what waits, what failed and what to do about it; never a text and never a number."""

from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from chalicelib.booking import find as booking
from chalicelib.messaging import standing
from chalicelib.offering import find as offering
from chalicelib.offering.find import Offer
from chalicelib.plumbing import formats
from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """One page of messages, as the answer lists them, each with its appointment."""
    items = sheet.content["items"]
    offer = offering.offer(sheet.visit.partner)
    about = booking.when_and_what(offer.partner.id, [one["appointment_id"] for one in items if one["appointment_id"]])
    only_failed = sheet.query.get("state") == "failed"
    onward = {name: value for name, value in sheet.query.items() if name in ("state", "limit")}
    cursor = sheet.content["next"]
    return Page(
        "messaging/pages/messages.html",
        {
            "messages": [_shown(one, offer, about) for one in items],
            "only_failed": only_failed,
            "beginning": f"/messages?{urlencode(onward)}" if sheet.query.get("cursor") else None,
            "onward": f"/messages?{urlencode({**onward, 'cursor': cursor})}" if cursor else None,
        },
    )


def _shown(one: dict[str, Any], offer: Offer, about: dict[str, Any]) -> dict[str, Any]:
    zone = offer.partner.timezone
    found = about.get(one["appointment_id"])
    service = offer.services.get(found[1]) if found else None
    return {
        **one,
        "at": formats.instant(one["at"], zone),
        "standing": standing.of(one["state"], one["delivery"]),
        "why": standing.why(one["state"], one["outcome"], one["delivery"]),
        "start": found[0].astimezone(ZoneInfo(zone)) if found else None,
        "service": service.name if service else None,
    }
