"""Give somebody a time that nobody else has: decide, then write all of it in one transaction, or decide again."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.accounts import version
from chalicelib.accounts.find import Employee
from chalicelib.activity import record
from chalicelib.booking import bitmap, days, facts, people, questions, rules, search, terms
from chalicelib.booking.days import Sheet, Span
from chalicelib.booking.forms import ANYBODY
from chalicelib.booking.people import Person
from chalicelib.booking.records import AppointmentRow, ContactRow, CustomerRow
from chalicelib.offering import find, hours_rules, opening
from chalicelib.offering.find import Offer, Service
from chalicelib.plumbing import clock, database, ids, shards
from chalicelib.plumbing.change import MOST_ATTEMPTS, Change
from chalicelib.plumbing.database import Stale
from chalicelib.plumbing.refusals import Conflict, Refusal, Unavailable, invalid
from chalicelib.plumbing.visit import Visit

MOST_ALTERNATIVES = 5
_NEAR = timedelta(days=7)
FARTHEST = timedelta(days=1096)
_EARLIEST = timedelta(days=366)


class OfferChanged(Stale):
    """The offer is of another version by now."""


class CustomerUnsure(Stale):
    """What was believed about the customer is not so; look before the next attempt."""


@dataclass(frozen=True, slots=True)
class Wish:
    """An appointment as somebody wishes it. `bound` wishes keep to lead time, horizon, grid and opening hours."""

    service_id: str
    employee_id: str
    start: datetime
    person: Person | None
    customer_id: str | None
    sms: bool
    phone: str | None
    language: str
    note: str | None
    answers: Mapping[str, Any] | None
    source: str
    bound: bool
    accepted_privacy: str | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """What became of a wish: the new row, the employee, the offer it was decided by, and the open change with all of it."""

    row: AppointmentRow
    employee: Employee
    offer: Offer
    elsewhere: bool
    """Whether the employee's own calendar says that they are busy then: only a partner's own hand books such a time."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What was read about the customer: their row, if it was asked for, and the pointer from the mail address."""

    contact: ContactRow | None
    row: CustomerRow | None
    looked: bool


def appointment(visit: Visit, wish: Wish, answer: Any) -> dict[str, Any]:
    """Place a wish at the visit's partner; `answer(placed)` makes the result of the form from it.

    One read and one transaction when the offer is cached and nobody else is faster. Raises Conflict `slot_taken` with
    up to five alternatives, Invalid for a start that cannot be, Unavailable after eight lost races.
    """
    offer = find.offer_as_known(visit.partner)
    known_customer: str | None = wish.customer_id
    for attempt in range(MOST_ATTEMPTS):
        if attempt:
            database.pause(attempt)
        try:
            service, able = chosen(offer, wish.service_id, wish.employee_id)
            wish = replace(wish, answers=questions.typed(service.questions, wish.answers or {}))
            questions.check(service.questions, wish.answers or {}, strict=wish.bound)
            sheet, known = _read(visit, wish, service, able, known_customer)
            employee, span = decide(
                visit.at, offer, service, able=able, start=wish.start, sheet=sheet, bound=wish.bound
            )
        except Refusal as refusal:
            # A refusal by an old offer is none: ask for the present one, once.
            newer = find.offer(visit.partner)
            if newer.version != offer.version:
                offer = newer
                continue
            if isinstance(refusal, Conflict) and refusal.code == "slot_taken":
                raise _with_alternatives(visit, offer, wish) from None
            raise
        if known.contact is not None:
            known_customer = known.contact.customer_id
        change = Change(visit, attempt=attempt)
        result = answer(_write(change, visit, wish, offer=offer, service=service, employee=employee, span=span,
                               sheet=sheet, known=known))  # fmt: skip
        try:
            return change.done(result)
        except OfferChanged:
            offer = find.offer_anew(visit.partner)
        except CustomerUnsure:
            known_customer = known_customer or "-"
        except Stale:
            continue
    raise Unavailable


def chosen(offer: Offer, service_id: str, employee_id: str) -> tuple[Service, tuple[Employee, ...]]:
    """The service, and who may do it. Raises Invalid for what is not offered."""
    service = offer.services.get(service_id)
    if service is None or not service.active:
        raise invalid("service_id", "not_offered")
    able = offer.employees_for(service)
    if employee_id != ANYBODY:
        able = tuple(one for one in able if one.id == employee_id)
    if not able:
        raise invalid("employee_id", "not_offered")
    return service, able


def decide(
    at: datetime,
    offer: Offer,
    service: Service,
    *,
    able: tuple[Employee, ...],
    start: datetime,
    sheet: Sheet,
    bound: bool,
    asked: rules.Terms | None = None,
) -> tuple[Employee, Span]:
    """Who does it and what it takes of them. Raises Conflict `slot_taken`, or Invalid with the reason why not.

    `asked` are other terms than the service's present ones (an appointment that moves keeps its own).
    """
    asked = asked or terms.of(service)
    first_day, number = rules.days_of(start, asked)
    reasons: set[str] = set()
    free: dict[str, int] = {}
    clear: dict[str, int] = {}
    joinable: dict[str, int] = {}
    for one in able:
        taken, busy = sheet.mask(one.id, first_day, number), sheet.busy_mask(one.id, first_day, number)
        session = sheet.sessions.get(days.session_key(one.id, start, service.id)) if asked.capacity > 1 else None
        seats = int(session.seats_taken) if session else 0
        reason = _why_not(at, offer, one, start=start, asked=asked, taken=taken | busy if bound else taken, seats=seats,
                          bound=bound, first_day=first_day, number=number)  # fmt: skip
        if reason == "allowed":
            (joinable if seats else free)[one.id] = taken.bit_count()
            if not seats and not rules.is_taken(start, busy, asked, first_utc_day=first_day):
                clear[one.id] = taken.bit_count()
        reasons.add(reason)
    # A session that has begun to fill is filled before another is opened; who is busy elsewhere comes last.
    employee_id = rules.pick(joinable) or rules.pick(clear) or rules.pick(free)
    if employee_id is None:
        if "taken" in reasons:
            raise Conflict("slot_taken")
        raise _refused(min(reasons), asked)
    employee = next(one for one in able if one.id == employee_id)
    session = sheet.sessions.get(days.session_key(employee_id, start, service.id)) if asked.capacity > 1 else None
    if session is not None:
        before, after = session.buffer_before_minutes, session.buffer_after_minutes
        return employee, Span(
            employee_id,
            start,
            session.end_at,
            asked.buffer_before_minutes if before is None else int(before),
            asked.buffer_after_minutes if after is None else int(after),
        )
    end = start + timedelta(minutes=asked.duration_minutes)
    return employee, Span(employee_id, start, end, asked.buffer_before_minutes, asked.buffer_after_minutes)


def sensible(start: datetime, at: datetime, *, bound: bool) -> None:
    """Raises Invalid for a start so far away that nothing needs to be read to refuse it."""
    if start < at - (timedelta() if bound else _EARLIEST):
        raise invalid("start", "in_the_past" if bound else "too_long_ago", days=_EARLIEST.days)
    if start > at + FARTHEST:
        raise invalid("start", "beyond_horizon", days=FARTHEST.days)


def places(start: datetime, asked: rules.Terms, able: tuple[Employee, ...]) -> list[days.Place]:
    """The days that a decision about `start` has to look at."""
    first_day, number = rules.days_of(start, asked)
    return [(first_day + timedelta(days=day), one.id) for one in able for day in range(number)]


def session_keys(start: datetime, asked: rules.Terms, service_id: str, able: tuple[Employee, ...]) -> list[str]:
    """The group sessions that a decision about `start` has to look at."""
    return [days.session_key(one.id, start, service_id) for one in able] if asked.capacity > 1 else []


def alternatives(visit: Visit, offer: Offer, service_id: str, employee_id: str, start: datetime) -> list[rules.Time]:
    """Up to five free times, the nearest to `start`, in the order of time. One Query."""
    on = start.astimezone(ZoneInfo(offer.partner.timezone)).date()
    try:
        found = search.times(
            offer, service_id, employee_id=employee_id, first_on=on - _NEAR, last_on=on + _NEAR, at=visit.at
        )
    except Refusal:
        return []
    times: list[rules.Time] = [one for day in found["days"] for one in day["times"]]
    times.sort(key=lambda one: abs(datetime.fromisoformat(one["start"]) - start))
    return sorted(times[:MOST_ALTERNATIVES], key=lambda one: datetime.fromisoformat(one["start"]))


def warned(shown: dict[str, Any], *, elsewhere: bool) -> dict[str, Any]:
    """An appointment as JSON, with a warning where it was put over a time that somebody's own calendar calls busy."""
    return {**shown, "warnings": ["busy_elsewhere"]} if elsewhere else shown


def history(at: datetime, kind: str, source: str) -> dict[str, str]:
    """One line of an appointment's history."""
    return {"at": clock.text(at), "kind": kind, "source": source}


def _why_not(
    at: datetime,
    offer: Offer,
    employee: Employee,
    *,
    start: datetime,
    asked: rules.Terms,
    taken: int,
    seats: int,
    bound: bool,
    first_day: date,
    number: int,
) -> str:
    midnight = datetime(first_day.year, first_day.month, first_day.day, tzinfo=UTC)
    atom, rest = divmod(start - midnight, timedelta(minutes=bitmap.ATOM_MINUTES))
    if bound:
        zone = offer.partner.timezone
        return rules.why_not(
            start,
            now=at,
            terms=asked,
            open_mask=opening.mask(offer, employee.id, first_utc_day=first_day, days=number),
            taken=taken,
            grid=hours_rules.grid_mask(asked.interval_minutes, first_utc_day=first_day, days=number, zone=zone),
            first_utc_day=first_day,
            sessions={atom: seats} if seats and not rest else {},
        )
    if rest:
        return "off_mark"
    if seats:
        return "allowed" if seats < asked.capacity else "taken"
    return "taken" if rules.is_taken(start, taken, asked, first_utc_day=first_day) else "allowed"


def _refused(reason: str, asked: rules.Terms) -> Refusal:
    return invalid(
        "start",
        reason,
        minutes=bitmap.ATOM_MINUTES if reason == "off_mark" else asked.interval_minutes,
        lead_minutes=asked.lead_time_minutes,
        days=asked.horizon_days,
    )


def _read(
    visit: Visit, wish: Wish, service: Service, able: tuple[Employee, ...], customer_id: str | None
) -> tuple[Sheet, _Known]:
    asked, pk = terms.of(service), people.partition(visit.partner)
    email = wish.person.email if wish.person else None
    contact = (ContactRow, pk, people.contact_key(visit.partner, email)) if email else None
    customer = (CustomerRow, pk, f"customer#{customer_id}") if customer_id else None
    sheet, rows = days.read(
        visit.partner,
        places(wish.start, asked, able),
        sessions=session_keys(wish.start, asked, service.id, able),
        also=[one for one in (contact, customer) if one is not None],
        with_busy=True,
    )
    found_contact = next((row for row in rows if isinstance(row, ContactRow)), None)
    found_customer = next((row for row in rows if isinstance(row, CustomerRow)), None)
    if wish.customer_id and found_customer is None:
        raise invalid("customer_id", "unknown_customer")
    looked = customer is not None and (
        wish.customer_id is not None or (found_contact is not None and found_contact.customer_id == customer_id)
    )
    return sheet, _Known(found_contact, found_customer if looked else None, looked)


def _write(
    change: Change,
    visit: Visit,
    wish: Wish,
    *,
    offer: Offer,
    service: Service,
    employee: Employee,
    span: Span,
    sheet: Sheet,
    known: _Known,
) -> Placed:
    zone, months = offer.partner.timezone, offer.partner.retention_months
    delete_on = people.kept_until(span.end_at, zone=zone, months=months)
    version.unchanged(change, visit.partner, offer.version, lost=OfferChanged)
    if service.capacity > 1:
        days.join(sheet, span, service.id)
    else:
        days.take(sheet, span)
    days.write(change, sheet, capacity=service.capacity)
    customer_id = _customer(change, visit, wish, known, start=span.start_at, delete_on=delete_on)
    appointment_id, pk = ids.new(visit.at), f"{visit.partner}#appointments"
    row = AppointmentRow(
        pk,
        appointment_id,
        service_id=service.id,
        employee_id=employee.id,
        customer_id=customer_id,
        start_at=span.start_at,
        end_at=span.end_at,
        buffer_before_minutes=span.before_minutes,
        buffer_after_minutes=span.after_minutes,
        seats=service.capacity,
        cancel_until_hours=service.cancel_until_hours,
        status="confirmed",
        source=wish.source,
        price_rappen=service.price_rappen,
        sms=wish.sms,
        language=wish.language,
        phone=wish.phone if wish.sms else None,
        note=wish.note,
        answers=dict(wish.answers) if wish.answers else None,
        accepted_privacy=wish.accepted_privacy,
        sequence=0,
        history=[history(visit.at, "booked", wish.source)],
        created_at=visit.at,
        delete_on=delete_on,
        agenda=visit.partner,
        lookup=f"{visit.partner}#customer#{customer_id}",
        lookup_at=clock.text(span.start_at),
        expiry_shard=shards.expires_on(delete_on, pk),
    )
    change.put_new(row)
    record.fact(
        change,
        replace(visit, source=wish.source),
        facts.BOOKED,
        subject=("appointment", appointment_id),
        detail={
            "start": clock.text(span.start_at),
            "service_id": service.id,
            "employee_id": employee.id,
            "customer_id": customer_id,
            "sequence": 0,
        },
    )
    return Placed(row, employee, offer, sheet.is_busy(span))


def _customer(change: Change, visit: Visit, wish: Wish, known: _Known, *, start: datetime, delete_on: date) -> str:
    customer_id = wish.customer_id or (known.contact.customer_id if known.contact else None)
    if customer_id is None or (known.looked and known.row is None):
        assert wish.person is not None
        added = people.add(change, visit, wish.person, delete_on=delete_on, last_at=start, dangling=known.contact)
        return people.id_of(added)
    last = known.row.last_appointment_at if known.row else None
    people.visited(
        change,
        visit.partner,
        customer_id,
        start=start,
        delete_on=delete_on,
        latest=last is None or last < start,
        phone=wish.person.phone if wish.person else None,
        lost=CustomerUnsure,
    )
    return customer_id


def _with_alternatives(visit: Visit, offer: Offer, wish: Wish) -> Conflict:
    found = alternatives(visit, offer, wish.service_id, wish.employee_id, wish.start)
    return Conflict("slot_taken", extra={"alternatives": found})
