"""Extend the time for a request once, with the reason, which the person has to be told in time (Art. 12(3) GDPR)."""

from typing import Any

from chalicelib.activity import record
from chalicelib.plumbing import clock
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.refusals import Conflict
from chalicelib.plumbing.visit import Visit
from chalicelib.privacy import enter_request, facts, rights, rules
from chalicelib.privacy.records import RequestRow


def request(visit: Visit, request_id: str, *, because: str) -> dict[str, Any]:
    """Two further months: the request as listed.

    Raises Missing, Conflict `request_is_closed`, `extended_before`, `too_late_to_extend` (behind the first due date).
    """
    row = rights.row(visit.partner, request_id)
    if row.state != "open":
        raise Conflict("request_is_closed")
    if row.extended_because:
        raise Conflict("extended_before")
    if row.due_on < visit.at.date():
        raise Conflict("too_late_to_extend")
    row.extended_because, row.due_on = because, rules.extended(row.received_on)
    row.steps = [*row.steps, {"at": clock.text(visit.at), "kind": "extended", "by": visit.employee_id}]
    change = Change(visit)
    untouched = (RequestRow.state == "open") & RequestRow.extended_because.does_not_exist()
    change.put(row, untouched, lost=lambda: Conflict("extended_before"))
    record.fact(change, visit, facts.REQUEST_EXTENDED, subject=("request", request_id))
    enter_request.later(change, visit, row)
    return change.done(rights.shown(row, visit.at.date()))
