"""Plan an absence, of one employee or of everybody."""

from collections.abc import Mapping
from typing import Any

from chalicelib.accounts import version
from chalicelib.activity import record
from chalicelib.offering import affected, facts, find, problems, rules
from chalicelib.offering.records import AbsenceRow
from chalicelib.plumbing import ids
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.refusals import Forbidden, invalid
from chalicelib.plumbing.visit import Visit


def absence(visit: Visit, values: Mapping[str, Any]) -> dict[str, Any]:
    """Enter an absence; it, and the ids of the living appointments it meets, which stay until somebody decides.

    Raises Invalid, Forbidden.
    """
    employee_id, start, end = values["employee_id"] or None, values["start"], values["end"]
    offer = find.offer(visit.partner)
    if employee_id is not None and employee_id not in offer.employees:
        raise invalid("employee_id", "not_an_employee")
    if not rules.may_change_time_of(visit.role, visit.employee_id, employee_id):
        raise Forbidden("role_too_low")
    problem = rules.check_absence(start, end, now=visit.at)
    problems.refuse([problem] if problem else [])
    absence_id = ids.new(visit.at)
    row = AbsenceRow(
        visit.partner,
        f"absence#{absence_id}",
        employee_id=employee_id,
        start_at=start,
        end_at=end,
        reason=values["reason"] or None,
    )
    met = affected.ids(visit.partner, employee_id, start=start, end=end)

    change = Change(visit)
    change.put_new(row)
    version.bump(change, visit.partner)
    detail = {"employee_id": employee_id, "start": start.isoformat(), "end": end.isoformat(), "affected": len(met)}
    record.fact(change, visit, facts.ABSENCE_CREATED, subject=("absence", absence_id), detail=detail)
    return change.done({**find.absence_of(row).shown(offer.partner.timezone), "affected": met})
