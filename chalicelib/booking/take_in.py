"""Take in customers and appointments from a file, each with an open change that the import leads; nobody is told unless that is wished."""

from collections.abc import Mapping
from typing import Any

from chalicelib.activity import record
from chalicelib.booking import change_customer, days, ending, facts, people, place
from chalicelib.booking.arrival import Arrival
from chalicelib.booking.people import Person
from chalicelib.booking.records import AppointmentRow, ContactRow, CustomerRow, SeatsRow
from chalicelib.offering.find import Offer
from chalicelib.plumbing import clock, shards, table
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.visit import Visit


def customer(change: Change, visit: Visit, customer_id: str, *, values: Mapping[str, Any], offer: Offer) -> None:
    """Put a customer into `change`: new, or with the `values` that differ. Two reads.

    Whose mail address is somebody's here by now is that person. An address that became somebody else's meanwhile stays theirs.
    """
    pk, values = people.partition(visit.partner), dict(values)
    row = table.get(CustomerRow, pk, f"customer#{customer_id}")
    pointer = _pointer(visit.partner, values.get("email"))
    owner = table.get(CustomerRow, pk, f"customer#{pointer.customer_id}") if pointer else None
    row = row or owner
    if row is None:
        person = Person(
            values.get("first_name") or "",
            values.get("last_name") or "",
            values.get("email"),
            values.get("phone"),
            values.get("language") or offer.partner.language,
            values.get("note"),
        )
        delete_on = people.kept_until(visit.at, zone=offer.partner.timezone, months=offer.partner.retention_months)
        people.add(
            change, visit, person, delete_on=delete_on, last_at=None, dangling=pointer, customer_id=customer_id,
            no_reminders=values.get("no_reminders"),
        )  # fmt: skip
        record.fact(change, visit, facts.CUSTOMER_CREATED, subject=("customer", customer_id))
        return
    if owner is not None and owner.sk != row.sk:
        values.pop("email")
    changed = {name: value for name, value in values.items() if value is not None and value != getattr(row, name)}
    if changed:
        change_customer.add(change, visit, row, changed)


def appointment(change: Change, visit: Visit, one: Arrival, *, offer: Offer, tell: bool, holds: bool) -> None:
    """Put an appointment whose time is kept, or that needs none any more, into `change`. Up to four reads.

    `holds` says that its time is kept. One that is here already stays as it is. Reminders are planned; the customer hears of it now only if `tell`.
    """
    pk = f"{visit.partner}#appointments"
    if table.get(AppointmentRow, pk, one.id) is not None:
        return
    zone, months = offer.partner.timezone, offer.partner.retention_months
    end, before, after = _taken(visit.partner, one)
    delete_on = people.kept_until(end, zone=zone, months=months)
    customer_id = _customer(change, visit, one, delete_on=delete_on)
    row = AppointmentRow(
        pk, one.id, service_id=one.service_id, employee_id=one.employee_id, customer_id=customer_id or one.customer_id,
        start_at=one.start, end_at=end, buffer_before_minutes=before, buffer_after_minutes=after, seats=one.seats,
        cancel_until_hours=one.cancel_until_hours, status=one.status, source="import", price_rappen=one.price_rappen,
        sms=one.sms, language=one.language, phone=one.phone, note=one.note, answers=one.answers, reason=one.reason,
        sequence=0, history=[place.history(visit.at, "booked", "import")], created_at=visit.at, delete_on=delete_on,
        agenda=visit.partner, lookup=f"{visit.partner}#customer#{customer_id}", lookup_at=clock.text(one.start),
        expiry_shard=shards.expires_on(delete_on, pk),
    )  # fmt: skip
    if customer_id is None:
        # Erased while the file was being taken in: their appointment does not come, and its time is free again.
        if holds:
            ending.give_back(change, visit.partner, row)
        return
    change.put_new(row)
    what = facts.BOOKED if holds else facts.TAKEN_IN
    record.fact(change, visit, what, subject=("appointment", one.id), detail={**ending.detail(row), "tell": tell})


def _taken(partner_id: str, one: Arrival) -> tuple[Any, int, int]:
    """End and buffers: those of the session that it sits in, where there is one, since they are given back by them."""
    if one.seats > 1:
        key = days.session_key(one.employee_id, one.start, one.service_id)
        session = table.get(SeatsRow, days.partition(partner_id), key)
        if session is not None:
            before, after = session.buffer_before_minutes, session.buffer_after_minutes
            return (
                session.end_at,
                one.buffer_before_minutes if before is None else int(before),
                one.buffer_after_minutes if after is None else int(after),
            )
    return one.end, one.buffer_before_minutes, one.buffer_after_minutes


def _customer(change: Change, visit: Visit, one: Arrival, *, delete_on: Any) -> str | None:
    pk = people.partition(visit.partner)
    row = table.get(CustomerRow, pk, f"customer#{one.customer_id}")
    pointer = _pointer(visit.partner, one.person.email if one.person else None) if row is None else None
    if row is None and pointer is not None:
        row = table.get(CustomerRow, pk, f"customer#{pointer.customer_id}")
    if row is None and one.person is None:
        return None
    if row is None:
        assert one.person is not None
        added = people.add(
            change,
            visit,
            one.person,
            delete_on=delete_on,
            last_at=one.start,
            dangling=pointer,
            customer_id=one.customer_id,
        )
        return people.id_of(added)
    customer_id = people.id_of(row)
    last = row.last_appointment_at
    people.visited(
        change,
        visit.partner,
        customer_id,
        start=one.start,
        delete_on=delete_on,
        latest=last is None or last < one.start,
    )
    return customer_id


def _pointer(partner_id: str, email: str | None) -> ContactRow | None:
    return table.get(ContactRow, people.partition(partner_id), people.contact_key(partner_id, email)) if email else None
