"""Doors of offering: services, employees with their hours, absences."""

from collections.abc import Mapping
from typing import Any

from chalicelib.accounts import change_employee, employ
from chalicelib.accounts import forms as team
from chalicelib.offering import adjust, find, forms, offer, plan, schedule, strike
from chalicelib.plumbing import lists
from chalicelib.plumbing.doors import ADMINS, PAGING, TEAM, Doors, Offer
from chalicelib.plumbing.forms import Field
from chalicelib.plumbing.refusals import Missing
from chalicelib.plumbing.visit import Visit

door = Doors(__name__)

PERIOD = (Field("from", "date", required=False), Field("to", "date", required=False))


def _new_service(visit: Visit, context: Mapping[str, str]) -> Offer:
    people = tuple(find.offer(visit.partner).employees)
    fields = (one.but(options=people) if one.name == "employee_ids" else one for one in forms.SERVICE_FIELDS)
    return Offer(fields=tuple(fields))


def _old_service(visit: Visit, context: Mapping[str, str]) -> Offer:
    known = find.offer(visit.partner)
    service = known.services.get(context.get("id", ""))
    if service is None:
        raise Missing
    shown, people = service.shown(), tuple(known.employees)
    fields = (one.but(default=shown[one.name]) for one in forms.SERVICE.fields)
    fields = (one.but(options=people) if one.name == "employee_ids" else one for one in fields)
    return Offer({"id": service.id}, tuple(fields))


def _hours(visit: Visit, context: Mapping[str, str]) -> Offer:
    known = find.offer(visit.partner).employee_shown(context.get("id", ""))
    if known is None:
        raise Missing
    return Offer({"id": known["id"]}, tuple(one.but(default=known["hours"][one.name]) for one in forms.HOURS.fields))


def _new_absence(visit: Visit, context: Mapping[str, str]) -> Offer:
    if visit.role == "employee":
        return Offer(locked={"employee_id": visit.employee_id})
    people = tuple(find.offer(visit.partner).employees)
    fields = (one.but(options=people) if one.name == "employee_id" else one for one in forms.ABSENCE.fields)
    return Offer(fields=tuple(fields))


def _old_absence(visit: Visit, context: Mapping[str, str]) -> Offer:
    if all(one.id != context.get("id") for one in find.offer(visit.partner).absences):
        raise Missing
    return Offer({"id": context["id"]})


@door.form(forms.NEW_SERVICE, status=201, who=ADMINS, resource="services", offer=_new_service, answer="service")
def offer_service(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """A new service."""
    return offer.service(visit, values)


@door.form(forms.SERVICE, who=ADMINS, resource="services", offer=_old_service, answer="service")
def adjust_service(visit: Visit, values: dict[str, Any], **path: str) -> dict[str, Any]:
    """Other terms for a service; what is left out stays."""
    return adjust.service(visit, path["id"], values=values)


@door.read("/services", who=TEAM, resource="services", query=PAGING, answer="services")
def list_services(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """All services, active or not."""
    items = [one.shown() for one in find.offer(visit.partner).services.values()]
    return lists.page(f"{visit.partner}#services", items, limit=values["limit"], cursor=values["cursor"])


@door.read("/services/{id}", who=TEAM, resource="services", answer="service")
def show_service(visit: Visit, values: dict[str, Any], **path: str) -> dict[str, Any]:
    """One service."""
    found = find.offer(visit.partner).services.get(path["id"])
    if found is None:
        raise Missing
    return found.shown()


@door.form(forms.HOURS, who=TEAM, resource="employees", offer=_hours, answer="hours")
def schedule_hours(visit: Visit, values: dict[str, Any], **path: str) -> dict[str, Any]:
    """The weekly hours of an employee, and the dates that replace them."""
    return schedule.hours(visit, path["id"], values=values)


def _colleague(visit: Visit, context: Mapping[str, str]) -> Offer:
    known = find.offer(visit.partner).employee_shown(context.get("id", ""))
    if known is None:
        raise Missing
    return Offer({"id": known["id"]}, tuple(one.but(default=known[one.name]) for one in team.EMPLOYEE_CHANGE.fields))


@door.form(team.EMPLOYEE, status=201, who=ADMINS, resource="employees", answer="employee")
def employ_person(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """Take somebody into the team; they are invited by mail to set a password."""
    return employ.person(visit, values, also={"hours": find.hours_of_newcomers()})


@door.form(team.EMPLOYEE_CHANGE, who=ADMINS, resource="employees", offer=_colleague, answer="employee")
def change_person(visit: Visit, values: dict[str, Any], **path: str) -> dict[str, Any]:
    """Change an employee; what is left out stays."""
    known = find.offer(visit.partner).employee_shown(path["id"])
    if known is None:
        raise Missing
    return change_employee.details(visit, path["id"], values=values, also={"hours": known["hours"]})


@door.read("/employees", who=TEAM, resource="employees", query=PAGING, answer="employees")
def list_employees(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """Everybody who works here, with their hours."""
    known = find.offer(visit.partner)
    items = [known.employee_shown(one) or {} for one in known.employees]
    return lists.page(f"{visit.partner}#employees", items, limit=values["limit"], cursor=values["cursor"])


@door.read("/employees/{id}", who=TEAM, resource="employees", answer="employee")
def show_employee(visit: Visit, values: dict[str, Any], **path: str) -> dict[str, Any]:
    """One employee with the hours."""
    found = find.offer(visit.partner).employee_shown(path["id"])
    if found is None:
        raise Missing
    return found


@door.form(forms.ABSENCE, status=201, who=TEAM, resource="absences", offer=_new_absence, answer="absence")
def plan_absence(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """An absence, and the appointments it meets."""
    return plan.absence(visit, values)


@door.form(forms.ABSENCE_REMOVE, status=204, who=TEAM, resource="absences", offer=_old_absence)
def strike_absence(visit: Visit, values: dict[str, Any], **path: str) -> dict[str, Any]:
    """No absence after all."""
    return strike.absence(visit, path["id"])


@door.read("/absences", who=TEAM, resource="absences", query=(*PERIOD, *PAGING), answer="absences")
def list_absences(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """The absences that touch the dates from `from` to `to`, both included; without them all that are stored."""
    known = find.offer(visit.partner)
    zone = known.partner.timezone
    items = [one.shown(zone) for one in known.absences if one.touches(values["from"], values["to"], zone=zone)]
    return lists.page(f"{visit.partner}#absences", items, limit=values["limit"], cursor=values["cursor"])


@door.read("/absences/{id}", who=TEAM, resource="absences", answer="absence")
def show_absence(visit: Visit, values: dict[str, Any], **path: str) -> dict[str, Any]:
    """One absence."""
    known = find.offer(visit.partner)
    found = next((one for one in known.absences if one.id == path["id"]), None)
    if found is None:
        raise Missing
    return found.shown(known.partner.timezone)
