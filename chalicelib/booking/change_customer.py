"""Change what is known of a customer; a mail address belongs to one of them only."""

from typing import Any

from chalicelib.activity import record
from chalicelib.booking import facts, find, people
from chalicelib.booking.records import ContactRow, CustomerRow
from chalicelib.plumbing import contact, table
from chalicelib.plumbing.change import Change, settled
from chalicelib.plumbing.refusals import Conflict, Invalid, Missing, Problem
from chalicelib.plumbing.visit import Visit
from chalicelib.plumbing.writes import as_read

_NAMES = ("first_name", "last_name", "language")


def customer(visit: Visit, customer_id: str, values: dict[str, Any]) -> dict[str, Any]:
    """The customer as changed; fields that were not sent stay. Raises Missing, Invalid, Conflict `email_in_use`."""
    empty = [name for name in _NAMES if name in values and not values[name]]
    if empty:
        raise Invalid([Problem(name, "missing") for name in empty])
    pk = people.partition(visit.partner)

    def decide(change: Change) -> dict[str, Any]:
        row = table.get(CustomerRow, pk, f"customer#{customer_id}")
        if row is None:
            raise Missing
        changed = {name: value or None for name, value in values.items() if (value or None) != getattr(row, name)}
        if changed:
            add(change, visit, row, changed)
        return find.customer_shown(row)

    return settled(visit, decide)


def add(change: Change, visit: Visit, row: CustomerRow, changed: dict[str, Any]) -> None:
    """Put the changed fields of a customer into `change`, with the pointer from the mail address and the fact."""
    old_email = row.email
    unchanged = as_read(row, "email")
    actions = []
    for name, value in changed.items():
        attribute = getattr(CustomerRow, name)
        actions.append(attribute.remove() if value is None else attribute.set(value))
        setattr(row, name, value)
    change.update(row, actions, CustomerRow.pk.exists() & unchanged)
    if "email" in changed:
        _point(change, visit.partner, row, old_email)
    record.fact(
        change,
        visit,
        facts.CUSTOMER_UPDATED,
        subject=("customer", row.sk.removeprefix("customer#")),
        detail={"fields": sorted(changed)},
    )


def _point(change: Change, partner_id: str, row: CustomerRow, old_email: str | None) -> None:
    """Let the new address point to this customer, and the old one to nobody."""
    customer_id = row.sk.removeprefix("customer#")
    if old_email and row.email and contact.same_email(old_email) == contact.same_email(row.email):
        return
    if old_email:
        pointer = table.get(ContactRow, row.pk, people.contact_key(partner_id, old_email))
        if pointer is not None and pointer.customer_id == customer_id:
            change.delete(pointer, ContactRow.customer_id == customer_id)
    if row.email:
        key = people.contact_key(partner_id, row.email)
        change.put_new(ContactRow(row.pk, key, customer_id=customer_id), lost=_in_use)


def _in_use() -> Conflict:
    return Conflict("email_in_use")
