"""The first page of the desk: today and tomorrow, what waits for somebody, and what a new partner still has to set up."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.booking import find as booking
from chalicelib.booking import see
from chalicelib.consent import find as policies
from chalicelib.consent import pending
from chalicelib.messaging import find as messaging
from chalicelib.offering import find as offering
from chalicelib.offering.find import Offer
from chalicelib.plumbing import settings
from chalicelib.plumbing.visit import Visit
from chalicelib.relay import find as relay

HELD = ("requested", "confirmed", "completed", "no_show")
_FAILED_DAYS = 7
_SEARCHED_DAYS = 199


def shown(visit: Visit) -> dict[str, Any]:
    """What somebody of the team needs first; customers' names only for those who may read them, and that is written down.

    Requests: the version of the offer, one Query of the agenda, one of messages, the customers in one read and one fact.
    """
    offer = offering.offer(visit.partner)
    zone = ZoneInfo(offer.partner.timezone)
    now = visit.at.astimezone(zone)
    today, tomorrow = now.date(), now.date() + timedelta(days=1)
    found = booking.agenda(visit.partner, _asked(today, tomorrow, most=100), visit.at)
    items = [one for one in found["items"] if one["status"] in HELD]
    names = _names(visit, [one["customer_id"] for one in items])
    listed = [_appointment(one, offer, names) for one in items]
    earlier = [one for one in items if _instant(one["end"]) <= visit.at]
    me = offer.employees.get(visit.employee_id or "")
    return {
        "at": now,
        "company": offer.partner.company,
        "first_name": me.first_name if me else None,
        "booking_url": f"{settings.get().public_url}/book/{offer.partner.booking_name}",
        "days": [
            {
                "date": on,
                "appointments": [one for one in listed if _instant(one["start"]).astimezone(zone).date() == on],
            }
            for on in (today, tomorrow)
        ],
        "more": found["next"] is not None,
        "policies_coming": [
            {"name": one.name, "version": one.version, "in_force_since": one.in_force_since, "important": one.important}
            for name in policies.NAMES
            for one in policies.coming(name, policies.today(visit.at))[:1]
        ],
        "policies_waiting": [one.name for one in pending.texts(visit.partner, visit.at)],
        "failed_messages": _failed(visit),
        "stopped_webhooks": relay.stopped(visit.partner) if visit.role != "employee" else 0,
        "undecided": sum(one["status"] == "requested" for one in items),
        "unclosed": sum(one["status"] == "confirmed" for one in earlier),
        "steps": _steps(visit, offer, booked=bool(items), today=today) if visit.role != "employee" else [],
    }


def _asked(first_on: date, last_on: date, *, most: int) -> dict[str, Any]:
    return {
        "from": first_on, "to": last_on, "day": None, "view": None, "employee_id": None, "limit": most, "cursor": None,
    }  # fmt: skip


def _names(visit: Visit, customer_ids: list[str]) -> Mapping[str, str]:
    if visit.source == "api" and not {"read", "customers:read"} & set(visit.scopes):
        return {}
    known = see.several(visit, list(dict.fromkeys(customer_ids)))
    return {one.id: f"{one.first_name} {one.last_name}" for one in known.values()}


def _appointment(one: dict[str, Any], offer: Offer, names: Mapping[str, str]) -> dict[str, Any]:
    service, employee = offer.services.get(one["service_id"]), offer.employees.get(one["employee_id"])
    return {
        "id": one["id"],
        "start": one["start"],
        "end": one["end"],
        "status": one["status"],
        "service": service.name if service else None,
        "employee": employee.first_name if employee else None,
        "customer": names.get(one["customer_id"]),
    }


def _failed(visit: Visit) -> int:
    since = visit.at - timedelta(days=_FAILED_DAYS)
    newest = messaging.messages(visit, {"state": None, "limit": 50, "cursor": None})["items"]
    return sum(one["state"] == "failed" and one["at"] >= since for one in newest)


def _steps(visit: Visit, offer: Offer, *, booked: bool, today: date) -> list[dict[str, Any]]:
    """What leads from registration to the first booking; nothing once all of it is done."""
    able = [one for one in offer.employees.values() if one.bookable and one.active]
    working = [one for one in able if _has_hours(offer, one.id)]
    idle = next((one for one in able if one not in working), None)
    place = bool(offer.partner.canton) or offer.partner.country != "CH"
    service = any(one.active for one in offer.services.values())
    set_up = place and service and bool(working)
    if not booked:
        around = _asked(today - timedelta(days=_SEARCHED_DAYS), today + timedelta(days=_SEARCHED_DAYS), most=1)
        booked = bool(booking.agenda(visit.partner, around, visit.at)["items"])
    if set_up and booked:
        return []
    who = idle or next(iter(able), None)
    return [
        {"name": "place", "done": place, "href": "/forms/profile?section=place&next=desk"},
        {"name": "service", "done": service, "href": "/forms/service?next=desk"},
        {
            "name": "hours",
            "done": bool(working),
            "href": f"/forms/hours?id={who.id}&next=desk" if who else "/employees",
        },
        {"name": "share", "done": bool(offer.partner.embed_origins) or booked, "href": "/partner#address"},
        {"name": "try", "done": booked, "href": f"/book/{offer.partner.booking_name}"},
    ]


def _has_hours(offer: Offer, employee_id: str) -> bool:
    shown = offer.employee_shown(employee_id)
    return shown is not None and any((*shown["hours"]["weekly"].values(), *shown["hours"]["dates"].values()))


def _instant(value: datetime | str) -> datetime:
    return datetime.fromisoformat(value) if isinstance(value, str) else value
