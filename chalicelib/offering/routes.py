"""Doors of offering: services, employees with their hours, absences."""

from collections.abc import Mapping
from typing import Any

from chalicelib.accounts import change_employee, employ, invite_again
from chalicelib.accounts import forms as team
from chalicelib.offering import (
    adjust,
    affected,
    find,
    forms,
    offer,
    offers,
    plan,
    schedule,
    show_absence_form,
    show_absences,
    show_employee_form,
    show_employees,
    show_hours,
    show_one_absence,
    show_one_service,
    show_service_form,
    show_services,
    strike,
)
from chalicelib.plumbing import lists
from chalicelib.plumbing.door import ADMINS, PAGING, TEAM
from chalicelib.plumbing.doors import Doors
from chalicelib.plumbing.forms import Field
from chalicelib.plumbing.refusals import Missing
from chalicelib.plumbing.visit import Visit

door = Doors(__name__)

PERIOD = (Field("from", "date", required=False), Field("to", "date", required=False))


@door.form(forms.NEW_SERVICE, status=201, who=ADMINS, resource="services", offer=offers.new_service, answer="service",
           then="/services", page=show_service_form, leads_back=True)  # fmt: skip
def offer_service(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """A new service."""
    return offer.service(visit, values)


@door.form(forms.SERVICE, who=ADMINS, resource="services", offer=offers.old_service, answer="service",
           then="/services", page=show_service_form)  # fmt: skip
def adjust_service(visit: Visit, values: dict[str, Any], **path: str) -> dict[str, Any]:
    """Other terms for a service; what is left out stays."""
    return adjust.service(visit, path["id"], values=values)


@door.read("/services", who=TEAM, resource="services", query=PAGING, answer="services", page=show_services)
def list_services(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """All services, active or not."""
    items = [one.shown() for one in find.offer(visit.partner).services.values()]
    return lists.page(f"{visit.partner}#services", items, limit=values["limit"], cursor=values["cursor"])


@door.read("/services/{id}", who=TEAM, resource="services", answer="service", page=show_one_service)
def show_service(visit: Visit, values: dict[str, Any], **path: str) -> dict[str, Any]:
    """One service."""
    found = find.offer(visit.partner).services.get(path["id"])
    if found is None:
        raise Missing
    return found.shown()


@door.form(forms.HOURS, who=TEAM, resource="employees", offer=offers.hours, answer="hours",
           then="/employees", page=show_hours, leads_back=True)  # fmt: skip
def schedule_hours(visit: Visit, values: dict[str, Any], **path: str) -> dict[str, Any]:
    """The weekly hours of an employee, and the dates that replace them."""
    return schedule.hours(visit, path["id"], values=values)


def _to_the_hours(result: dict[str, Any], values: Mapping[str, Any]) -> str:
    # Who can be booked needs hours next; there is nothing to book before.
    return f"/forms/hours?id={result['id']}" if result["bookable"] else "/employees"


@door.form(team.EMPLOYEE, status=201, who=ADMINS, resource="employees", answer="employee",
           then=_to_the_hours, page=show_employee_form)  # fmt: skip
def employ_person(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """Take somebody into the team; they are invited by mail to set a password."""
    return employ.person(visit, values, also={"hours": find.hours_of_newcomers()})


@door.form(team.EMPLOYEE_CHANGE, who=ADMINS, resource="employees", offer=offers.colleague, answer="employee",
           then="/employees", page=show_employee_form)  # fmt: skip
def change_person(visit: Visit, values: dict[str, Any], **path: str) -> dict[str, Any]:
    """Change an employee; what is left out stays."""
    known = find.offer(visit.partner).employee_shown(path["id"])
    if known is None:
        raise Missing
    password = values.pop("password", None)
    return change_employee.details(visit, path["id"], values=values, also={"hours": known["hours"]}, password=password)


@door.form(team.INVITATION, status=202, who=ADMINS, resource="employees", offer=offers.invited_colleague,
           then="/employees")  # fmt: skip
def invite_person_again(visit: Visit, values: dict[str, Any], **path: str) -> dict[str, Any]:
    """Another mail with a link for somebody who has not set a password yet."""
    return invite_again.employee(visit, path["id"])


@door.read("/employees", who=TEAM, resource="employees", query=PAGING, answer="employees", page=show_employees)
def list_employees(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """Everybody who works here, with their hours."""
    known = find.offer(visit.partner)
    items = [known.employee_shown(one) or {} for one in known.employees]
    return lists.page(f"{visit.partner}#employees", items, limit=values["limit"], cursor=values["cursor"])


@door.read("/employees/{id}", who=TEAM, resource="employees", answer="employee", page=show_employees)
def show_employee(visit: Visit, values: dict[str, Any], **path: str) -> dict[str, Any]:
    """One employee with the hours."""
    found = find.offer(visit.partner).employee_shown(path["id"])
    if found is None:
        raise Missing
    return found


def _to_whom_it_meets(result: dict[str, Any], values: Mapping[str, Any]) -> str:
    return f"/absences/{result['id']}" if result["affected"] else "/absences"


@door.form(forms.ABSENCE, status=201, who=TEAM, resource="absences", offer=offers.new_absence, answer="absence",
           then=_to_whom_it_meets, page=show_absence_form)  # fmt: skip
def plan_absence(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """An absence, and the appointments it meets."""
    return plan.absence(visit, values)


@door.form(forms.ABSENCE_REMOVE, status=204, who=TEAM, resource="absences", offer=offers.old_absence, then="/absences")
def strike_absence(visit: Visit, values: dict[str, Any], **path: str) -> dict[str, Any]:
    """No absence after all."""
    return strike.absence(visit, path["id"])


@door.read("/absences", who=TEAM, resource="absences", query=(*PERIOD, *PAGING), answer="absences",
           page=show_absences)  # fmt: skip
def list_absences(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """The absences that touch the dates from `from` to `to`, both included; without them all that are stored."""
    known = find.offer(visit.partner)
    zone = known.partner.timezone
    items = [one.shown(zone) for one in known.absences if one.touches(values["from"], values["to"], zone=zone)]
    return lists.page(f"{visit.partner}#absences", items, limit=values["limit"], cursor=values["cursor"])


@door.read("/absences/{id}", who=TEAM, resource="absences", answer="new_absence", page=show_one_absence)
def show_absence(visit: Visit, values: dict[str, Any], **path: str) -> dict[str, Any]:
    """One absence, and the living appointments it meets now."""
    known = find.offer(visit.partner)
    found = next((one for one in known.absences if one.id == path["id"]), None)
    if found is None:
        raise Missing
    met = affected.ids(visit.partner, found.employee_id, start=found.start_at, end=found.end_at)
    return {**found.shown(known.partner.timezone), "affected": met}
