"""What the forms of this room are given for one visitor: their options with names, and what is stored now."""

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.accounts import forms as team
from chalicelib.offering import find, forms
from chalicelib.plumbing.door import Offer
from chalicelib.plumbing.forms import Field
from chalicelib.plumbing.refusals import Missing
from chalicelib.plumbing.visit import Visit


def new_service(visit: Visit, context: Mapping[str, str]) -> Offer:
    """A new service: who works there may offer it."""
    known = find.offer(visit.partner)
    return Offer(fields=_with_people(forms.SERVICE_FIELDS, known, chosen=()), labels={"employee_ids": known.names()})


def old_service(visit: Visit, context: Mapping[str, str]) -> Offer:
    """A service as it is now, or nothing of it but whether it is active (`section=active`). Raises Missing."""
    known = find.offer(visit.partner)
    service = known.services.get(context.get("id", ""))
    if service is None:
        raise Missing
    shown = service.shown()
    if context.get("section") == "active":
        return Offer({"id": service.id}, tuple(one for one in forms.SERVICE.fields if one.name == "active"))
    fields = [one.but(default=shown[one.name]) for one in forms.SERVICE.fields]
    people = _with_people(fields, known, chosen=service.employee_ids)
    return Offer({"id": service.id}, people, labels={"employee_ids": known.names()})


def hours(visit: Visit, context: Mapping[str, str]) -> Offer:
    """The hours of an employee as they are now. Raises Missing."""
    known = find.offer(visit.partner).employee_shown(context.get("id", ""))
    if known is None:
        raise Missing
    return Offer({"id": known["id"]}, tuple(one.but(default=known["hours"][one.name]) for one in forms.HOURS.fields))


def colleague(visit: Visit, context: Mapping[str, str]) -> Offer:
    """An employee as they are now. Raises Missing."""
    known = find.offer(visit.partner).employee_shown(context.get("id", ""))
    if known is None:
        raise Missing
    return Offer({"id": known["id"]}, tuple(_as_it_is(one, known) for one in team.EMPLOYEE_CHANGE.fields))


def _as_it_is(field: Field, known: Mapping[str, Any]) -> Field:
    return field.but(default=known[field.name]) if field.name in known else field


def invited_colleague(visit: Visit, context: Mapping[str, str]) -> Offer:
    """Somebody of the team to be invited again. Raises Missing."""
    known = find.offer(visit.partner).employees.get(context.get("id", ""))
    if known is None or not known.active:
        raise Missing
    return Offer({"id": known.id})


def new_absence(visit: Visit, context: Mapping[str, str]) -> Offer:
    """A new absence: of oneself for employees, of anybody or all for the others."""
    if visit.role == "employee":
        return Offer(locked={"employee_id": visit.employee_id})
    known = find.offer(visit.partner)
    people = tuple(one for one in known.names() if known.employees[one].active)
    meant = context.get("employee_id", "")
    fields = (
        one.but(options=people, default=meant if meant in people else None) if one.name == "employee_id" else one
        for one in forms.ABSENCE.fields
    )
    return Offer(fields=tuple(fields), labels={"employee_id": known.names()})


def old_absence(visit: Visit, context: Mapping[str, str]) -> Offer:
    """An absence to strike out. Raises Missing."""
    if all(one.id != context.get("id") for one in find.offer(visit.partner).absences):
        raise Missing
    return Offer({"id": context["id"]})


def _with_people(fields: Sequence[Field], known: find.Offer, *, chosen: Sequence[str]) -> tuple[Field, ...]:
    people = tuple(one for one in known.names() if known.employees[one].active or one in chosen)
    return tuple(one.but(options=people) if one.name == "employee_ids" else one for one in fields)
