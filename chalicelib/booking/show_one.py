"""The page of one appointment: who comes, for what, what has happened to it, and what can be done about it now."""

from typing import Any, cast

from chalicelib.booking import find, rules
from chalicelib.offering import find as offering
from chalicelib.plumbing import formats
from chalicelib.plumbing.sheets import Page, Sheet
from chalicelib.plumbing.visit import Visit

_OFFERED: tuple[rules.Status, ...] = ("confirmed", "declined", "completed", "no_show")


def page(sheet: Sheet) -> Page:
    """GET /appointments/{id} for people. Whoever opens it reads a customer, which the door has written down."""
    one = sheet.content
    offer = offering.offer(sheet.visit.partner)
    service, employee = offer.services.get(one["service_id"]), offer.employees.get(one["employee_id"])
    start = formats.instant(one["start"])
    mine = may_touch(sheet.visit, one)
    statuses = [
        status
        for status in _OFFERED
        if mine and rules.may_become(cast("rules.Status", one["status"]), status, now=sheet.visit.at, start=start)
        == "allowed"
    ]  # fmt: skip
    can_cancel = mine and "cancelled_by_partner" in rules.NEXT[cast("rules.Status", one["status"])]
    return Page(
        "booking/pages/appointment.html",
        {
            "one": one,
            "service": service,
            "employee": employee,
            "customer": find.customers_of(sheet.visit.partner, [one["customer_id"]]).get(one["customer_id"]),
            "answers": _answers(service.questions if service else (), one["answers"]),
            "history": [{**line, "at": formats.instant(line["at"], offer.partner.timezone)} for line in one["history"]],
            "statuses": {status: sheet.form("appointment", id=one["id"], method="PATCH") for status in statuses},
            "cancellation": sheet.form("appointment", id=one["id"], action="cancellation") if can_cancel else None,
            "can_move": mine and one["status"] in rules.MOVABLE and service is not None and service.active,
            "mine": mine,
            "is_over": start <= sheet.visit.at,
            "week": f"/appointments?view=week&day={one['start'][:10]}#a-{one['id']}",
        },
    )


def may_touch(visit: Visit, one: dict[str, Any]) -> bool:
    """Whether this person may change the appointment: an employee their own, everybody above them all."""
    return visit.role != "employee" or one["employee_id"] == visit.employee_id


def _answers(questions: Any, given: dict[str, Any]) -> list[tuple[str, Any]]:
    asked = {str(each["id"]): str(each["label"]) for each in questions}
    return [(asked.get(key, key), value) for key, value in given.items()]
