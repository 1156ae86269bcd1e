"""Forget a customer: who they were goes with a change, and which appointments have to be cleaned right after is told."""

from chalicelib.activity import record
from chalicelib.booking import facts, find, people
from chalicelib.booking.records import CustomerRow
from chalicelib.plumbing import table
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.refusals import Missing
from chalicelib.plumbing.visit import Visit


def customer(change: Change, visit: Visit, customer_id: str) -> list[str]:
    """Add the erasure of a customer of the visit's partner to `change`: the ids of their appointments. Raises Missing.

    The fact is followed: `clean.appointments_of` runs again from the outbox, for a crash and for what the index did not
    know yet.
    """
    row = table.get(CustomerRow, people.partition(visit.partner), f"customer#{customer_id}")
    if row is None:
        raise Missing
    people.remove(change, row, lost=Missing)
    record.fact(change, visit, facts.CUSTOMER_ERASED, subject=("customer", customer_id))
    return [one.sk for one in find.of_customer(visit.partner, customer_id)]
