"""Strike an absence out: its time can be booked again."""

from typing import Any

from chalicelib.accounts import version
from chalicelib.activity import record
from chalicelib.offering import facts, find, rules
from chalicelib.offering.records import AbsenceRow
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.refusals import Forbidden, Missing
from chalicelib.plumbing.visit import Visit


def absence(visit: Visit, absence_id: str) -> dict[str, Any]:
    """Remove an absence. Raises Missing, Forbidden."""
    found = next((one for one in find.offer(visit.partner).absences if one.id == absence_id), None)
    if found is None:
        raise Missing
    if not rules.may_change_time_of(visit.role, visit.employee_id, found.employee_id):
        raise Forbidden("role_too_low")

    change = Change(visit)
    change.delete(AbsenceRow(visit.partner, f"absence#{absence_id}"), AbsenceRow.pk.exists(), lost=Missing)
    version.bump(change, visit.partner)
    record.fact(change, visit, facts.ABSENCE_REMOVED, subject=("absence", absence_id))
    return change.done()
