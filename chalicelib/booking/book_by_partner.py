"""Book for a customer at the partner's own desk: outside hours, grid and lead time if need be, never twice."""

from typing import Any

from chalicelib.booking import find, place
from chalicelib.booking.people import Person
from chalicelib.booking.place import Placed, Wish
from chalicelib.plumbing.refusals import Invalid, Problem
from chalicelib.plumbing.visit import Visit


def appointment(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """The new appointment. For a customer who is known (`customer_id`), or a person described by name.

    Busy times of the employee's own calendars do not stand in the way; the answer then has the warning `busy_elsewhere`.
    Raises Invalid for fields that need mending, Conflict `slot_taken` with up to five alternatives.
    """
    problems = []
    if not values["customer_id"]:
        problems += [Problem(name, "missing") for name in ("first_name", "last_name") if not values[name]]
        if values["sms"] and not values["phone"]:
            problems.append(Problem("phone", "needed_for_sms"))
    else:
        named = [name for name in ("first_name", "last_name", "email") if values[name]]
        problems += [Problem(name, "not_beside_customer") for name in named]
    if problems:
        raise Invalid(problems)
    place.sensible(values["start"], visit.at, bound=False)
    language = values["language"] or visit.language
    person = None
    if not values["customer_id"]:
        person = Person(values["first_name"], values["last_name"], values["email"], values["phone"], language)
    source = "api" if visit.source == "api" else "partner"
    wish = Wish(
        service_id=values["service_id"],
        employee_id=values["employee_id"],
        start=values["start"],
        person=person,
        customer_id=values["customer_id"] or None,
        sms=values["sms"],
        phone=values["phone"],
        language=language,
        note=values["note"] or None,
        answers=values["answers"],
        source=source,
        bound=False,
    )
    return place.appointment(visit, wish, _answer)


def _answer(placed: Placed) -> dict[str, Any]:
    return place.warned(find.shown(placed.row, placed.offer.partner.timezone), elsewhere=placed.elsewhere)
