"""Forget a customer at once: who they were goes in one transaction, what was noted about their appointments right after."""

from typing import Any

from chalicelib.activity import record
from chalicelib.booking import clean, facts, people
from chalicelib.booking.records import CustomerRow
from chalicelib.plumbing import log, table
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.refusals import Missing, Unavailable
from chalicelib.plumbing.visit import Visit


def customer(visit: Visit, customer_id: str) -> dict[str, Any]:
    """Erase a customer of the visit's partner: `{id, erased_at}`. Raises Missing.

    The fact is followed: `clean.appointments_of` runs again from the outbox, for a crash and for what the index did not
    know yet.
    """
    row = table.get(CustomerRow, people.partition(visit.partner), f"customer#{customer_id}")
    if row is None:
        raise Missing
    change = Change(visit)
    people.remove(change, row, lost=Missing)
    record.fact(change, visit, facts.CUSTOMER_ERASED, subject=("customer", customer_id))
    result = change.done({"id": customer_id, "erased_at": visit.at})
    try:
        clean.appointments_of(visit, customer_id)
    except Unavailable:
        log.warning("booking.erasure_goes_on_later", request_id=visit.request_id)
    return result
