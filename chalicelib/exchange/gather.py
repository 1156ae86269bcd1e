"""Fetch what an export holds, row by row and page by page, so that memory does not grow with the business."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.accounts import find as accounts
from chalicelib.activity import facts
from chalicelib.activity import find as activity
from chalicelib.billing import find as billing
from chalicelib.booking import find as booking
from chalicelib.calendars import find as calendars
from chalicelib.consent import consents
from chalicelib.exchange import team
from chalicelib.exchange.content import WEEKDAYS, Part
from chalicelib.messaging import find as messaging
from chalicelib.messaging import own
from chalicelib.offering import find as offering
from chalicelib.offering.find import Offer
from chalicelib.plumbing import api_keys, sessions

_AT_ONCE = 100
_LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)  # before there was anything

Row = list[Any]


def rows(part: Part, partner_id: str, *, at: datetime, customer_id: str | None = None) -> Iterator[Row]:
    """The rows of a part in the order of its columns; of one customer alone where there is a `customer_id`.

    Raises Missing for a partner who is gone.
    """
    offer = offering.offer(partner_id)
    names = team.in_files(offer)
    for found in _FETCH[part.name](offer, at, customer_id):
        yield [_named(part, column.key, found.get(column.key), names) for column in part.columns]


def how_many(names: Sequence[str], partner_id: str) -> int:
    """About how many rows these parts have: the customers and the appointments, which are what grows."""
    if not {"customers", "appointments"} & set(names):
        return 0
    customers, appointments = booking.how_many(partner_id)
    return ("customers" in names) * customers + ("appointments" in names) * appointments


def _named(part: Part, key: str, value: Any, names: dict[str, str]) -> Any:
    """Somebody of the team is called in all files what they were called in the one by which they came in."""
    of_team = key in ("employee_id", "employee_ids") or (key == "id" and part.name == "employees")
    return team.translated(value, names) if of_team else value


def _partner(offer: Offer, at: datetime, customer_id: str | None) -> Iterator[dict[str, Any]]:
    profile, _ = accounts.held(offer.partner.id)
    yield from [profile] if profile else []


def _employees(offer: Offer, at: datetime, customer_id: str | None) -> Iterator[dict[str, Any]]:
    yield from accounts.held(offer.partner.id)[1]


def _hours(offer: Offer, at: datetime, customer_id: str | None) -> Iterator[dict[str, Any]]:
    for employee_id in sorted(offer.employees):
        shown = offer.employee_shown(employee_id)
        hours = shown["hours"] if shown else {"weekly": {}, "dates": {}}
        for weekday in WEEKDAYS:
            for begin, end in hours["weekly"].get(weekday, ()):
                yield {"employee_id": employee_id, "weekday": weekday, "from": begin, "to": end}
        for day, intervals in sorted(hours["dates"].items()):
            on = datetime.fromisoformat(str(day)).date()
            for begin, end in intervals or [(None, None)]:  # a day without hours is a day off
                yield {"employee_id": employee_id, "date": on, "from": begin, "to": end}


def _absences(offer: Offer, at: datetime, customer_id: str | None) -> Iterator[dict[str, Any]]:
    zone = offer.partner.timezone
    for one in sorted(offer.absences, key=lambda each: each.id):
        start, end = (each.astimezone(ZoneInfo(zone)) for each in (one.start_at, one.end_at))
        yield {
            "id": one.id, "employee_id": one.employee_id, "start": start, "start_offset": _offset(start), "end": end,
            "end_offset": _offset(end), "timezone": zone, "reason": one.reason,
        }  # fmt: skip


def _services(offer: Offer, at: datetime, customer_id: str | None) -> Iterator[dict[str, Any]]:
    for one in sorted(offer.services.values(), key=lambda each: each.id):
        yield one.shown()


def _customers(offer: Offer, at: datetime, customer_id: str | None) -> Iterator[dict[str, Any]]:
    if customer_id is not None:
        found = booking.customer(offer.partner.id, customer_id)
        yield from [{name: getattr(found, name) for name in booking.Customer.__slots__}] if found else []
        return
    for one in booking.every_customer(offer.partner.id):
        yield {name: getattr(one, name) for name in booking.Customer.__slots__}


def _appointments(offer: Offer, at: datetime, customer_id: str | None) -> Iterator[dict[str, Any]]:
    zone, names = offer.partner.timezone, offer.names()
    wanted = booking.every_appointment(offer.partner.id, zone, customer_id=customer_id)
    while batch := list(islice(wanted, _AT_ONCE)):
        people = booking.customers_of(offer.partner.id, (one["customer_id"] for one in batch))
        for one in batch:
            service, person = offer.services.get(one["service_id"]), people.get(one["customer_id"])
            yield {
                **one,
                "start_offset": _offset(one["start"]),
                "end_offset": _offset(one["end"]),
                "timezone": zone,
                "service_name": service.name if service else None,
                "employee_name": names.get(one["employee_id"]),
                "customer_first_name": person.first_name if person else None,
                "customer_last_name": person.last_name if person else None,
                "customer_email": person.email if person else None,
                "customer_phone": person.phone if person else None,
            }


def _texts(offer: Offer, at: datetime, customer_id: str | None) -> Iterator[dict[str, Any]]:
    for key, row in sorted(own.rows(offer.partner.id).items()):
        kind, _, language = key.partition("#")
        yield {
            "kind": kind, "language": language, "subject": row.subject, "body": row.body, "sms": row.sms,
            "changed_at": row.changed_at,
        }  # fmt: skip


def _messages(offer: Offer, at: datetime, customer_id: str | None) -> Iterator[dict[str, Any]]:
    own = _appointment_ids(offer, customer_id)
    for one in messaging.every_message(offer.partner.id):
        if own is None or one["appointment_id"] in own:
            yield one


def _consents(offer: Offer, at: datetime, customer_id: str | None) -> Iterator[dict[str, Any]]:
    yield from consents.listed(offer.partner.id)


def _orders(offer: Offer, at: datetime, customer_id: str | None) -> Iterator[dict[str, Any]]:
    yield from billing.held_orders(offer.partner.id)


def _invoices(offer: Offer, at: datetime, customer_id: str | None) -> Iterator[dict[str, Any]]:
    yield from billing.held_invoices(offer.partner.id)


def _disclosures(offer: Offer, at: datetime, customer_id: str | None) -> Iterator[dict[str, Any]]:
    own = _appointment_ids(offer, customer_id)
    about = None if own is None else {customer_id, *own}
    for one in activity.between(offer.partner.id, _LONG_AGO, at + timedelta(days=1)):
        if one.kind == facts.DISCLOSED.kind and (about is None or one.subject_id in about):
            shown = {"id": one.id, "at": one.at, "subject_kind": one.subject_kind, "subject_id": one.subject_id}
            yield {**(one.detail or {}), **shown}


def _activity(offer: Offer, at: datetime, customer_id: str | None) -> Iterator[dict[str, Any]]:
    for one in activity.between(offer.partner.id, _LONG_AGO, at + timedelta(days=1)):
        yield {name: getattr(one, name) for name in activity.Happened.__slots__}


def _sessions(offer: Offer, at: datetime, customer_id: str | None) -> Iterator[dict[str, Any]]:
    for employee_id in sorted(offer.employees):
        for one in sessions.living(employee_id, at):
            yield {
                "employee_id": employee_id, "role": one.role, "created_at": one.created_at, "seen_at": one.seen_at,
            }  # fmt: skip


def _api_keys(offer: Offer, at: datetime, customer_id: str | None) -> Iterator[dict[str, Any]]:
    yield from api_keys.listed(offer.partner.id)


def _busy_sources(offer: Offer, at: datetime, customer_id: str | None) -> Iterator[dict[str, Any]]:
    yield from calendars.every(offer.partner.id)


def _appointment_ids(offer: Offer, customer_id: str | None) -> frozenset[str] | None:
    if customer_id is None:
        return None
    zone = offer.partner.timezone
    return frozenset(one["id"] for one in booking.every_appointment(offer.partner.id, zone, customer_id=customer_id))


def _offset(at: datetime) -> str:
    return at.isoformat()[-6:]


_FETCH = {
    "partner": _partner,
    "employees": _employees,
    "hours": _hours,
    "absences": _absences,
    "services": _services,
    "customers": _customers,
    "appointments": _appointments,
    "texts": _texts,
    "messages": _messages,
    "consents": _consents,
    "orders": _orders,
    "invoices": _invoices,
    "disclosures": _disclosures,
    "activity": _activity,
    "sessions": _sessions,
    "api_keys": _api_keys,
    "busy_sources": _busy_sources,
}
