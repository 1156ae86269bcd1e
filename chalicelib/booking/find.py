"""What other rooms may see of appointments and customers, read fresh."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.accounts.find import Employee, Partner
from chalicelib.booking import link, people, rules, search_rules
from chalicelib.booking.records import AppointmentRow, ContactRow, CustomerRow
from chalicelib.offering import find as offering
from chalicelib.offering.find import Service
from chalicelib.plumbing import clock, cursors, table
from chalicelib.plumbing.refusals import Missing, invalid

MOST_LOOKED_AT = 1000
_LOOKED_AT_ONCE = 250
MOST_IN_A_VIEW = 1000
_MOST_DAYS = 400
_MOST_KEYS = 100  # BatchGetItem
_FIRST_YEAR, _LAST_YEAR = 2000, 2200


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer of one partner, with the field names of the contract."""

    id: str
    first_name: str
    last_name: str
    email: str | None
    phone: str | None
    language: str
    note: str | None
    created_at: datetime
    last_appointment_at: datetime | None
    delete_on: date
    no_reminders: bool = False


@dataclass(frozen=True, slots=True)
class Appointment:
    """An appointment with all that a message about it needs. `customer` is None when they have been erased.

    `phone` is where its SMS go: what was typed with this booking, else what is known of the customer. `service` and
    `employee` are None only if they are no longer in the partner's offer.
    """

    id: str
    partner: Partner
    service: Service | None
    employee: Employee | None
    customer: Customer | None
    service_id: str
    employee_id: str
    customer_id: str
    start_at: datetime
    end_at: datetime
    status: str
    source: str
    price_rappen: int
    sms: bool
    phone: str | None
    language: str
    note: str | None
    answers: dict[str, Any]
    reason: str | None
    cancel_until_hours: int
    sequence: int
    created_at: datetime
    delete_on: date
    link: str


def appointment(partner_id: str, appointment_id: str) -> Appointment | None:
    """One appointment as it is now, or None if there is none (any more) or its partner is not active. Three or four reads."""
    row = table.get(AppointmentRow, f"{partner_id}#appointments", appointment_id)
    if row is None:
        return None
    try:
        offer = offering.offer(partner_id)
    except Missing:
        return None
    found = customer(partner_id, row.customer_id)
    return Appointment(
        id=row.sk,
        partner=offer.partner,
        service=offer.services.get(row.service_id),
        employee=offer.employees.get(row.employee_id),
        customer=found,
        service_id=row.service_id,
        employee_id=row.employee_id,
        customer_id=row.customer_id,
        start_at=row.start_at,
        end_at=row.end_at,
        status=row.status,
        source=row.source,
        price_rappen=int(row.price_rappen),
        sms=row.sms,
        phone=row.phone or (found.phone if found else None),
        language=row.language,
        note=row.note,
        answers=dict(row.answers or {}),
        reason=row.reason,
        cancel_until_hours=int(row.cancel_until_hours),
        sequence=int(row.sequence),
        created_at=row.created_at,
        delete_on=row.delete_on,
        link=link.url(partner_id, row.sk),
    )


def customer(partner_id: str, customer_id: str) -> Customer | None:
    """One customer as they are now, or None. One read."""
    row = table.get(CustomerRow, people.partition(partner_id), f"customer#{customer_id}")
    return customer_of(row) if row else None


def customer_of(row: CustomerRow) -> Customer:
    """A customer from its row."""
    return Customer(
        id=row.sk.removeprefix("customer#"),
        first_name=row.first_name,
        last_name=row.last_name,
        email=row.email,
        phone=row.phone,
        language=row.language,
        note=row.note,
        created_at=row.created_at,
        last_appointment_at=row.last_appointment_at,
        delete_on=row.delete_on,
        no_reminders=bool(row.no_reminders),
    )


def customer_shown(row: CustomerRow) -> dict[str, Any]:
    """A customer as JSON."""
    one = customer_of(row)
    return {name: getattr(one, name) for name in Customer.__slots__}


def customers_of(partner_id: str, customer_ids: Iterable[str]) -> dict[str, Customer]:
    """Several customers by their ids, those who are gone left out. One request for each hundred."""
    pk = people.partition(partner_id)
    wanted = [(CustomerRow, pk, f"customer#{one}") for one in dict.fromkeys(customer_ids)]
    found: dict[str, Customer] = {}
    for first in range(0, len(wanted), _MOST_KEYS):
        for row in table.get_many(wanted[first : first + _MOST_KEYS]):
            if isinstance(row, CustomerRow):
                found[row.sk.removeprefix("customer#")] = customer_of(row)
    return found


def customer_ids(partner_id: str, addresses: Iterable[str]) -> dict[str, str]:
    """Whose these mail addresses are: the ids of customers by address, those that are nobody's left out. One request for each hundred."""
    pk = people.partition(partner_id)
    wanted = {one: (ContactRow, pk, people.contact_key(partner_id, one)) for one in addresses}
    asked = list(dict.fromkeys(wanted.values()))
    found: dict[str, str] = {}
    for first in range(0, len(asked), _MOST_KEYS):
        for row in table.get_many(asked[first : first + _MOST_KEYS]):
            if isinstance(row, ContactRow):
                found[row.sk] = row.customer_id
    return {one: found[key] for one, (_, _, key) in wanted.items() if key in found}


def customers(partner_id: str, *, limit: int, cursor: str | None, wanted: str | None = None) -> dict[str, Any]:
    """A page of customers, the oldest first; with `wanted` those that it may mean.

    A whole mail address finds its customer at once. For a number or the beginning of a name the list is looked through,
    at most MOST_LOOKED_AT customers a time: then the page may be short and `next` goes on looking.
    """
    if wanted and "@" in wanted:
        return {"items": _of_address(partner_id, wanted), "next": None}
    if wanted:
        return _looked_through(partner_id, wanted, limit=limit, cursor=cursor)
    pk = people.partition(partner_id)
    found = table.page(
        "records",
        pk,
        first="customer#",
        last="customer#\uffff",
        limit=limit,
        start_key=cursors.read(pk, cursor),
    )
    items = [customer_shown(CustomerRow.from_raw_data(item)) for item in found.items]
    return {"items": items, "next": cursors.write(pk, found.next_key)}


def _of_address(partner_id: str, email: str) -> list[dict[str, Any]]:
    pk = people.partition(partner_id)
    pointer = table.get(ContactRow, pk, people.contact_key(partner_id, email))
    row = table.get(CustomerRow, pk, f"customer#{pointer.customer_id}") if pointer else None
    return [customer_shown(row)] if row else []


def _looked_through(partner_id: str, wanted: str, *, limit: int, cursor: str | None) -> dict[str, Any]:
    pk = people.partition(partner_id)
    start_key = cursors.read(pk, cursor)
    items: list[dict[str, Any]] = []
    for _ in range(MOST_LOOKED_AT // _LOOKED_AT_ONCE):
        found = table.page(
            "records", pk, first="customer#", last="customer#\uffff", limit=_LOOKED_AT_ONCE, start_key=start_key
        )
        for place, item in enumerate(found.items, 1):
            row = CustomerRow.from_raw_data(item)
            if search_rules.means(wanted, first_name=row.first_name, last_name=row.last_name, phone=row.phone):
                items.append(customer_shown(row))
            if len(items) == limit:
                more = found.next_key is not None or place < len(found.items)
                key = {"pk": item["pk"], "sk": item["sk"]} if more else None
                return {"items": items, "next": cursors.write(pk, key)}
        start_key = found.next_key
        if start_key is None:
            break
    return {"items": items, "next": cursors.write(pk, start_key)}


def every_customer(partner_id: str) -> Iterator[Customer]:
    """All customers, the oldest first, page by page: never more than a page of them in memory."""
    for item in table.walk("records", people.partition(partner_id), first="customer#", last="customer#\uffff"):
        yield customer_of(CustomerRow.from_raw_data(item))


def every_appointment(partner_id: str, zone: str, *, customer_id: str | None = None) -> Iterator[dict[str, Any]]:
    """All appointments, or all of a customer, with all that is stored of them, page by page; start and end in `zone`."""
    if customer_id is not None:
        found: Iterable[AppointmentRow] = of_customer(partner_id, customer_id)
    else:
        found = (AppointmentRow.from_raw_data(item) for item in table.walk("records", f"{partner_id}#appointments"))
    for row in found:
        yield {
            **shown(row, zone),
            "start": row.start_at.astimezone(ZoneInfo(zone)),
            "end": row.end_at.astimezone(ZoneInfo(zone)),
            "phone": row.phone,
            "cancel_until_hours": int(row.cancel_until_hours),
            "accepted_privacy": row.accepted_privacy,
            "buffer_before_minutes": int(row.buffer_before_minutes),
            "buffer_after_minutes": int(row.buffer_after_minutes),
            "seats": int(row.seats),
        }


def how_many(partner_id: str) -> tuple[int, int]:
    """How many customers and how many appointments are stored. Reads all of them once."""
    customers = table.count("records", people.partition(partner_id), first="customer#", last="customer#\uffff")
    return customers, table.count("records", f"{partner_id}#appointments", first="0", last="\uffff")


def agenda(partner_id: str, values: dict[str, Any], at: datetime) -> dict[str, Any]:
    """Appointments that start on the local dates `from` to `to`, both included (this week by default), in their order.

    `day` asks for the week it lies in, or with `view` `day` for itself; what a `view` shows comes whole (at most
    MOST_IN_A_VIEW), whatever the `limit`. One Query of an index. With `employee_id` a page may hold fewer than `limit`.
    Raises Invalid for a range that is backwards or longer than 400 days.
    """
    zone = offering.offer_as_known(partner_id).partner.timezone
    for name in ("from", "to", "day"):
        if values[name] is not None and not _FIRST_YEAR <= values[name].year <= _LAST_YEAR:
            raise invalid(name, "not_a_date")
    first_on, last_on = days_asked(values, at.astimezone(ZoneInfo(zone)).date())
    if last_on < first_on:
        raise invalid("to", "end_before_start")
    if (last_on - first_on).days >= _MOST_DAYS:
        raise invalid("to", "too_many_days", most=_MOST_DAYS)
    first, last = _midnight(first_on, zone), _midnight(last_on + timedelta(days=1), zone) - timedelta(milliseconds=1)
    found = table.page(
        "records",
        partner_id,
        index=table.AGENDA,
        first=clock.text(first),
        last=clock.text(last),
        limit=MOST_IN_A_VIEW if values["view"] else values["limit"],
        start_key=cursors.read(f"{partner_id}#agenda", values["cursor"]),
    )
    rows = [AppointmentRow.from_raw_data(item) for item in found.items]
    wanted = values["employee_id"]
    items = [shown(row, zone) for row in rows if not wanted or row.employee_id == wanted]
    return {"items": items, "next": cursors.write(f"{partner_id}#agenda", found.next_key)}


@dataclass(frozen=True, slots=True)
class Held:
    """A time that an appointment holds, without the person."""

    id: str
    service_id: str
    customer_id: str
    start_at: datetime
    end_at: datetime
    status: str
    sequence: int
    changed_at: datetime


def held(partner_id: str, employee_id: str, first_at: datetime, *, last_at: datetime) -> list[Held]:
    """The times that appointments of one employee hold which start between two instants, in their order.

    One Query of the week view's index, one more for each megabyte; what is not theirs is passed over unread.
    """
    found = table.walk("records", partner_id, index=table.AGENDA, first=clock.text(first_at), last=clock.text(last_at))
    rows = (AppointmentRow.from_raw_data(item) for item in found if item["employee_id"]["S"] == employee_id)
    return [
        Held(
            row.sk, row.service_id, row.customer_id, row.start_at, row.end_at, row.status, int(row.sequence),
            max((clock.parse(line["at"]) for line in row.history), default=row.created_at),
        )
        for row in rows
        if row.status in rules.HOLDING
    ]  # fmt: skip


def days_asked(values: Mapping[str, Any], today: date) -> tuple[date, date]:
    """The first and the last local date that somebody asks for with `from`, `to`, `day` and `view` (each may be None)."""
    day: date = values["day"] or values["to"] or today
    if values["view"] == "day" and not values["from"] and not values["to"]:
        return day, day
    first_on: date = values["from"] or day - timedelta(days=day.weekday())
    return first_on, values["to"] or first_on + timedelta(days=6)


def row_of(partner_id: str, appointment_id: str) -> AppointmentRow:
    """One appointment's row, read consistently. Raises Missing."""
    row = table.get(AppointmentRow, f"{partner_id}#appointments", appointment_id)
    if row is None:
        raise Missing
    return row


def appointment_shown(partner_id: str, appointment_id: str) -> dict[str, Any]:
    """One appointment as JSON. Raises Missing."""
    return shown(row_of(partner_id, appointment_id), offering.offer_as_known(partner_id).partner.timezone)


def shown(row: AppointmentRow, zone: str) -> dict[str, Any]:
    """An appointment as JSON, with the field names of the contract; start and end in the partner's zone."""
    return {
        "id": row.sk,
        "service_id": row.service_id,
        "employee_id": row.employee_id,
        "customer_id": row.customer_id,
        "start": link.local(row.start_at, zone),
        "end": link.local(row.end_at, zone),
        "status": row.status,
        "source": row.source,
        "price_rappen": int(row.price_rappen),
        "currency": "CHF",
        "sms": row.sms,
        "language": row.language,
        "note": row.note,
        "answers": dict(row.answers or {}),
        "reason": row.reason,
        "sequence": int(row.sequence),
        "created_at": row.created_at,
        "history": list(row.history),
        "delete_on": row.delete_on,
    }


def when_and_what(partner_id: str, appointment_ids: Iterable[str]) -> dict[str, tuple[datetime, str]]:
    """The start and the service of at most 100 appointments, those that are gone left out. One request."""
    ids = list(dict.fromkeys(appointment_ids))
    rows = table.get_many([(AppointmentRow, f"{partner_id}#appointments", one) for one in ids]) if ids else []
    return {row.sk: (row.start_at, row.service_id) for row in rows if isinstance(row, AppointmentRow)}


def of_customer(partner_id: str, customer_id: str) -> list[AppointmentRow]:
    """All appointments of a customer, the earliest first, as the index knows them."""
    items = table.walk("records", f"{partner_id}#customer#{customer_id}", index=table.LOOKUP)
    return [AppointmentRow.from_raw_data(item) for item in items]


def known_appointments(partner_id: str, appointment_ids: Iterable[str]) -> frozenset[str]:
    """Those of these ids that are appointments here. One request for each hundred."""
    wanted = [(AppointmentRow, f"{partner_id}#appointments", one) for one in dict.fromkeys(appointment_ids)]
    found: set[str] = set()
    for first in range(0, len(wanted), _MOST_KEYS):
        found |= {row.sk for row in table.get_many(wanted[first : first + _MOST_KEYS]) if row is not None}
    return frozenset(found)


def _midnight(on: date, zone: str) -> datetime:
    return datetime(on.year, on.month, on.day, tzinfo=ZoneInfo(zone))
