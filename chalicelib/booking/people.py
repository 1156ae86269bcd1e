"""Customers of one partner: one person for each mail address, kept until the day that follows from the last appointment."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from chalicelib.booking.records import ContactRow, CustomerRow
from chalicelib.plumbing import clock, contact, envelope, ids, shards, table
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.database import Stale
from chalicelib.plumbing.transaction import Transaction
from chalicelib.plumbing.visit import Visit


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as a form describes them."""

    first_name: str
    last_name: str
    email: str | None
    phone: str | None
    language: str
    note: str | None = None


def partition(partner_id: str) -> str:
    """Where a partner's customers lie."""
    return f"{partner_id}#customers"


def contact_key(partner_id: str, email: str) -> str:
    """The sort key of a mail address: a hash under the partner's own key, which cannot be compared between partners."""
    return "contact#" + envelope.fingerprint(partner_id, "contact", contact.same_email(email))


def kept_until(end: datetime, *, zone: str, months: int) -> date:
    """The day on which data goes that is kept for `months` after the instant `end`, on the partner's calendar."""
    return clock.months_later(end.astimezone(ZoneInfo(zone)).date(), months)


def add(
    change: Change,
    visit: Visit,
    person: Person,
    *,
    delete_on: date,
    last_at: datetime | None,
    dangling: ContactRow | None = None,
    customer_id: str | None = None,
    no_reminders: bool | None = None,
    lost: Callable[[], BaseException] = Stale,
) -> CustomerRow:
    """Add a new customer to `change`: the row (with the id `customer_id`, if one is known). Should the mail address be somebody's by then, `lost` speaks.

    `dangling` is a contact whose customer is gone; it is overwritten.
    """
    customer_id, pk = customer_id or ids.new(visit.at), partition(visit.partner)
    row = CustomerRow(
        pk,
        f"customer#{customer_id}",
        first_name=person.first_name,
        last_name=person.last_name,
        email=person.email,
        phone=person.phone,
        language=person.language,
        note=person.note,
        created_at=visit.at,
        last_appointment_at=last_at,
        delete_on=delete_on,
        expiry_shard=shards.expires_on(delete_on, pk),
        no_reminders=no_reminders,
    )
    change.put_new(row)
    if person.email:
        pointer = ContactRow(pk, contact_key(visit.partner, person.email), customer_id=customer_id)
        if dangling is None:
            change.put_new(pointer, lost=lost)
        else:
            change.put(pointer, ContactRow.customer_id == dangling.customer_id, lost=lost)
    return row


def id_of(row: CustomerRow) -> str:
    """The id of a customer."""
    return row.sk.removeprefix("customer#")


def visited(
    change: Change,
    partner_id: str,
    customer_id: str,
    *,
    start: datetime,
    delete_on: date,
    latest: bool,
    phone: str | None = None,
    lost: Callable[[], BaseException] = Stale,
) -> None:
    """Let `change` keep a customer for an appointment at `start`, and fill in a phone number where there is none.

    `latest` says whether this is believed to be the last of their appointments. The row itself decides: when the belief
    is wrong, or there is no such customer, `lost` speaks. So a booking need not read the customer first.
    """
    pk = partition(partner_id)
    row = CustomerRow(pk, f"customer#{customer_id}")
    actions = [CustomerRow.phone.set(CustomerRow.phone | phone)] if phone else []
    if latest:
        actions += [
            CustomerRow.last_appointment_at.set(start),
            CustomerRow.delete_on.set(delete_on),
            CustomerRow.expiry_shard.set(shards.expires_on(delete_on, pk)),
        ]
        earlier = CustomerRow.last_appointment_at.does_not_exist() | (CustomerRow.last_appointment_at < start)
        change.update(row, actions, CustomerRow.pk.exists() & earlier, lost=lost)
    elif actions:
        change.update(row, actions, CustomerRow.last_appointment_at >= start, lost=lost)
    else:
        change.check(row, CustomerRow.last_appointment_at >= start, lost=lost)


def remove(
    change: Transaction,
    row: CustomerRow,
    *,
    due: str | None = None,
    lost: Callable[[], BaseException] = Stale,
) -> None:
    """Remove a customer with `change`, and with them the pointer from their mail address; with `due`, only on that day."""
    change.delete(row, CustomerRow.pk.exists() if due is None else CustomerRow.expiry_shard == due, lost=lost)
    if row.email:
        customer_id = row.sk.removeprefix("customer#")
        partner_id = row.pk.removesuffix("#customers")
        key = contact_key(partner_id, row.email)
        # Rows written by an import may have no pointer, and a pointer may be another's by now.
        pointer = table.get(ContactRow, row.pk, key)
        if pointer is not None and pointer.customer_id == customer_id:
            change.delete(pointer, ContactRow.customer_id == customer_id)
