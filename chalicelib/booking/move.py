"""Move an appointment: the old time is given back and the new one taken in one transaction, or nothing happens."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from chalicelib.accounts import version
from chalicelib.accounts.find import Employee
from chalicelib.activity import record
from chalicelib.booking import days, ending, facts, find, people, place, rules, terms
from chalicelib.booking.days import Sheet, Span
from chalicelib.booking.place import CustomerUnsure, OfferChanged
from chalicelib.booking.records import AppointmentRow, CustomerRow
from chalicelib.offering import find as offering
from chalicelib.offering.find import Offer, Service
from chalicelib.plumbing import clock, database, shards
from chalicelib.plumbing.change import MOST_ATTEMPTS, Change
from chalicelib.plumbing.database import Stale
from chalicelib.plumbing.refusals import Conflict, Refusal, Unavailable
from chalicelib.plumbing.visit import Visit


def appointment(visit: Visit, appointment_id: str, values: dict[str, Any]) -> dict[str, Any]:
    """The appointment at its new `start`, with the same employee unless another (or `any`) is named.

    It keeps its length, its buffers and its price. A customer (nobody signed in) is bound by the window in which changes
    are allowed and by what the service offers; the partner only by what is taken. Raises Missing, Forbidden, Invalid,
    Conflict `too_late_to_change`, `not_movable`, `slot_taken` with alternatives, Unavailable after eight lost races.
    """
    bound = visit.role is None
    place.sensible(values["start"], visit.at, bound=bound)
    offer = offering.offer_as_known(visit.partner)
    for attempt in range(MOST_ATTEMPTS):
        if attempt:
            database.pause(attempt)
        row = find.row_of(visit.partner, appointment_id)
        ending.mine(visit, row)
        _movable(visit, row, bound=bound)
        try:
            sheet, customer, employee, span, capacity = _decided(visit, offer, row, values, bound=bound)
        except Refusal as refusal:
            newer = offering.offer(visit.partner)
            if newer.version != offer.version:
                offer = newer
                continue
            if isinstance(refusal, Conflict) and refusal.code == "slot_taken":
                who = values["employee_id"] or row.employee_id
                found = place.alternatives(visit, offer, row.service_id, who, values["start"])
                raise Conflict("slot_taken", extra={"alternatives": found}) from None
            raise
        change = Change(visit, attempt=attempt)
        if (span.employee_id, span.start_at) != (row.employee_id, row.start_at):
            _write(change, visit, row, offer=offer, sheet=sheet, customer=customer, employee=employee, span=span,
                   capacity=capacity)  # fmt: skip
        try:
            elsewhere = bool(len(change)) and not bound and sheet.is_busy(span)
            return change.done(place.warned(find.shown(row, offer.partner.timezone), elsewhere=elsewhere))
        except OfferChanged:
            offer = offering.offer_anew(visit.partner)
        except Stale:
            continue
    raise Unavailable


def _movable(visit: Visit, row: AppointmentRow, *, bound: bool) -> None:
    if row.status in ending.CANCELLED:
        raise Conflict("already_cancelled")
    if row.status not in rules.MOVABLE:
        raise Conflict("not_movable")
    if bound and not rules.may_change(visit.at, row.start_at, int(row.cancel_until_hours)):
        raise Conflict("too_late_to_change")


def _decided(
    visit: Visit, offer: Offer, row: AppointmentRow, values: dict[str, Any], *, bound: bool
) -> tuple[Sheet, CustomerRow | None, Employee, Span, int]:
    start: datetime = values["start"]
    service, able = place.chosen(offer, row.service_id, values["employee_id"] or row.employee_id)
    asked = _terms(row, service)
    old = days.span_of(row)
    grouped = row.seats > 1
    old_key = days.session_key(row.employee_id, row.start_at, row.service_id)
    sheet, (found,) = days.read(
        visit.partner,
        [*(where for where, _ in old.masks), *place.places(start, asked, able)],
        sessions=[*([old_key] if grouped else []), *place.session_keys(start, asked, service.id, able)],
        also=[(CustomerRow, people.partition(visit.partner), f"customer#{row.customer_id}")],
        with_busy=True,
    )
    customer = found if isinstance(found, CustomerRow) else None
    if (start, values["employee_id"] or row.employee_id) == (row.start_at, row.employee_id):
        return sheet, customer, offer.employees[row.employee_id], old, asked.capacity
    if grouped:
        days.leave(sheet, old, row.service_id)
    else:
        days.free(sheet, old)
    employee, span = place.decide(
        visit.at, offer, service, able=able, start=start, sheet=sheet, bound=bound, asked=asked
    )
    return sheet, customer, employee, span, asked.capacity


def _terms(row: AppointmentRow, service: Service) -> rules.Terms:
    """What was agreed on: the appointment's own length and buffers, the service's grid and reach.

    A seat in a session stays a seat; an appointment of its own stays one, though the service may count seats by now.
    """
    return replace(
        terms.of(service),
        duration_minutes=(row.end_at - row.start_at) // timedelta(minutes=1),
        buffer_before_minutes=int(row.buffer_before_minutes),
        buffer_after_minutes=int(row.buffer_after_minutes),
        capacity=max(2, service.capacity) if row.seats > 1 else 1,
    )


def _write(
    change: Change,
    visit: Visit,
    row: AppointmentRow,
    *,
    offer: Offer,
    sheet: Sheet,
    customer: CustomerRow | None,
    employee: Employee,
    span: Span,
    capacity: int,
) -> None:
    partner = offer.partner
    version.unchanged(change, visit.partner, offer.version, lost=OfferChanged)
    if row.seats > 1:
        days.join(sheet, span, row.service_id)
    else:
        days.take(sheet, span)
    days.write(change, sheet, capacity=capacity)
    old = (AppointmentRow.status == row.status) & (AppointmentRow.sequence == row.sequence)
    before = {"from_start": clock.text(row.start_at), "from_employee_id": row.employee_id}
    row.start_at, row.end_at, row.employee_id = span.start_at, span.end_at, employee.id
    row.buffer_before_minutes, row.buffer_after_minutes = span.before_minutes, span.after_minutes
    row.sequence += 1
    row.delete_on = people.kept_until(span.end_at, zone=partner.timezone, months=partner.retention_months)
    row.expiry_shard = shards.expires_on(row.delete_on, row.pk)
    row.history = [*row.history, place.history(visit.at, "moved", ending.source_of(visit))]
    actions = [
        AppointmentRow.start_at.set(row.start_at),
        AppointmentRow.end_at.set(row.end_at),
        AppointmentRow.employee_id.set(row.employee_id),
        AppointmentRow.buffer_before_minutes.set(row.buffer_before_minutes),
        AppointmentRow.buffer_after_minutes.set(row.buffer_after_minutes),
        AppointmentRow.sequence.set(row.sequence),
        AppointmentRow.delete_on.set(row.delete_on),
        AppointmentRow.expiry_shard.set(row.expiry_shard),
        AppointmentRow.history.set(row.history),
    ]
    if row.lookup is not None:
        row.lookup_at = clock.text(span.start_at)
        actions.append(AppointmentRow.lookup_at.set(row.lookup_at))
    change.update(row, actions, old)
    if customer is not None and (customer.last_appointment_at is None or customer.last_appointment_at < span.start_at):
        people.visited(
            change,
            visit.partner,
            row.customer_id,
            start=span.start_at,
            delete_on=row.delete_on,
            latest=True,
            lost=CustomerUnsure,
        )
    record.fact(change, visit, facts.MOVED, subject=("appointment", row.sk), detail=ending.detail(row) | before)
