"""Look at customers and at what they booked: allowed to the team, and never without leaving a trace."""

from collections.abc import Collection, Sequence
from typing import Any

from chalicelib.activity import record
from chalicelib.booking import facts, find, people
from chalicelib.booking.find import Customer
from chalicelib.booking.records import CustomerRow
from chalicelib.plumbing import table
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.refusals import Missing
from chalicelib.plumbing.visit import Visit


def customers(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """A page of customers (those whom `q` may mean), the oldest first, and one fact that says whose data was read."""
    listed = find.customers(visit.partner, limit=values["limit"], cursor=values["cursor"], wanted=values["q"])
    if listed["items"]:
        _leave_trace(visit, [one["id"] for one in listed["items"]])
    return listed


def customer(visit: Visit, customer_id: str) -> dict[str, Any]:
    """One customer, and the fact that they were read. Raises Missing."""
    row = table.get(CustomerRow, people.partition(visit.partner), f"customer#{customer_id}")
    if row is None:
        raise Missing
    _leave_trace(visit, [customer_id])
    return find.customer_shown(row)


def agenda(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """The appointments that `values` ask for (find.agenda), and one fact that says whose: notes and answers are theirs."""
    listed = find.agenda(visit.partner, values, visit.at)
    whose = customers_in(listed["items"])
    if whose:
        _leave_trace(visit, whose)
    return listed


def appointment(visit: Visit, appointment_id: str) -> dict[str, Any]:
    """One appointment, and the fact that whose it is was read. Raises Missing."""
    one = find.appointment_shown(visit.partner, appointment_id)
    _leave_trace(visit, [one["customer_id"]])
    return one


def customers_in(appointments: Sequence[dict[str, Any]]) -> list[str]:
    """Whose these appointments are, each once."""
    return list(dict.fromkeys(str(one["customer_id"]) for one in appointments))


def several(visit: Visit, customer_ids: Sequence[str], *, seen: Collection[str] = ()) -> dict[str, Customer]:
    """Customers by their ids, those who are gone left out, and one fact for all whom this visit has not `seen` already."""
    found = find.customers_of(visit.partner, customer_ids) if customer_ids else {}
    new = [one for one in found if one not in seen]
    if new:
        _leave_trace(visit, new)
    return found


def _leave_trace(visit: Visit, customer_ids: Sequence[str]) -> None:
    change = Change(visit)
    subject = ("customer", customer_ids[0]) if len(customer_ids) == 1 else None
    detail = None if subject else {"customer_ids": list(customer_ids)}
    record.fact(change, visit, facts.CUSTOMER_READ, subject=subject, detail=detail)
    change.commit()
