"""Book at a partner's public page: the customer's side of one time, one person, one transaction."""

from dataclasses import replace
from typing import Any

from chalicelib.booking import link, place
from chalicelib.booking.people import Person
from chalicelib.booking.place import Placed, Wish
from chalicelib.consent import find as consent
from chalicelib.offering import find
from chalicelib.plumbing.refusals import Invalid, Problem
from chalicelib.plumbing.visit import Visit


def appointment(visit: Visit, booking_name: str, values: dict[str, Any]) -> dict[str, Any]:
    """Book for a customer: `{id, start, end, employee, link, delete_on}`.

    Raises Missing for an unknown page, Invalid for fields that need mending, Conflict `slot_taken` with up to five
    alternatives. The free time itself is what limits how much one visitor can book.
    """
    partner_id = find.partner_id_of(booking_name)
    problems = []
    if values["sms"] and not values["phone"]:
        problems.append(Problem("phone", "needed_for_sms"))
    in_force = consent.version_in_force("privacy", consent.today(visit.at))
    if values["accept_privacy"] != in_force:
        problems.append(Problem("accept_privacy", "version_not_in_force", {"version": in_force}))
    if problems:
        raise Invalid(problems)
    place.sensible(values["start"], visit.at, bound=True)
    language = values["language"] or visit.language
    wish = Wish(
        service_id=values["service_id"],
        employee_id=values["employee_id"],
        start=values["start"],
        person=Person(values["first_name"], values["last_name"], values["email"], values["phone"], language),
        customer_id=None,
        sms=values["sms"],
        phone=values["phone"],
        language=language,
        note=values["note"] or None,
        answers=values["answers"],
        source=visit.source,
        bound=True,
        accepted_privacy=in_force,
    )
    # An API key in the visitor's hand gives no rights here: whoever books is a customer.
    customers = replace(visit, partner_id=partner_id, employee_id=None, role=None)
    return place.appointment(customers, wish, _answer)


def _answer(placed: Placed) -> dict[str, Any]:
    row, zone = placed.row, placed.offer.partner.timezone
    return {
        "id": row.sk,
        "start": link.local(row.start_at, zone),
        "end": link.local(row.end_at, zone),
        "employee": {"id": placed.employee.id, "first_name": placed.employee.first_name},
        "link": link.url(placed.offer.partner.id, row.sk),
        "delete_on": row.delete_on,
    }
