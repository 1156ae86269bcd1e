"""Add a customer by hand."""

from typing import Any

from chalicelib.activity import record
from chalicelib.booking import facts, find, people
from chalicelib.booking.people import Person
from chalicelib.offering import find as offering
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.refusals import Conflict
from chalicelib.plumbing.visit import Visit


def customer(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """The new customer, kept for the partner's time from today on. Raises Conflict `email_in_use`."""
    partner = offering.offer_as_known(visit.partner).partner
    person = Person(
        values["first_name"],
        values["last_name"],
        values["email"] or None,
        values["phone"] or None,
        values["language"] or partner.language,
        values["note"] or None,
    )
    delete_on = people.kept_until(visit.at, zone=partner.timezone, months=partner.retention_months)
    change = Change(visit)
    row = people.add(change, visit, person, delete_on=delete_on, last_at=None, lost=_in_use)
    record.fact(change, visit, facts.CUSTOMER_CREATED, subject=("customer", people.id_of(row)))
    return change.done(find.customer_shown(row))


def _in_use() -> Conflict:
    return Conflict("email_in_use")
