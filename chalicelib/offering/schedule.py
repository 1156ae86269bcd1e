"""Schedule an employee: the weekly hours and the dates that replace them."""

from collections.abc import Mapping
from typing import Any

from chalicelib.accounts import version
from chalicelib.activity import record
from chalicelib.offering import facts, find, problems, rules
from chalicelib.offering.records import HoursRow
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.refusals import Forbidden, Missing
from chalicelib.plumbing.visit import Visit


def hours(visit: Visit, employee_id: str, *, values: Mapping[str, Any]) -> dict[str, Any]:
    """Replace the hours of an employee: `{weekly, dates}` as stored. Raises Missing, Forbidden, Invalid."""
    if employee_id not in find.offer(visit.partner).employees:
        raise Missing
    if not rules.may_change_time_of(visit.role, visit.employee_id, employee_id):
        raise Forbidden("role_too_low")
    sent = {"weekly": values["weekly"], "dates": values.get("dates") or {}}
    problems.refuse(rules.check_hours(sent))
    result = rules.hours_as_sent(rules.read_hours(sent))

    change = Change(visit)
    change.put(HoursRow(visit.partner, f"hours#{employee_id}", hours=result))
    version.bump(change, visit.partner)
    record.fact(change, visit, facts.HOURS_UPDATED, subject=("employee", employee_id))
    return change.done(dict(result))
