"""Close a request: answered, or refused with the reason (Art. 12(4) GDPR, Art. 26 DSG)."""

from typing import Any

from chalicelib.activity import record
from chalicelib.booking import find, forget, restrict
from chalicelib.plumbing import clock, holds, shards, table
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.holds import HoldRow
from chalicelib.plumbing.refusals import Conflict
from chalicelib.plumbing.visit import Visit
from chalicelib.privacy import facts, lift_hold, rights, rules
from chalicelib.privacy.records import RequestRow


def request(visit: Visit, request_id: str, *, state: str, answer: str) -> dict[str, Any]:
    """Close an open request as `answered` or `refused`: the request as listed. Raises Missing, Conflict `request_is_closed`.

    A restriction or an objection that is refused no longer has its effect.
    """
    row = rights.row(visit.partner, request_id)
    if row.state != "open":
        raise Conflict("request_is_closed")
    row.steps = [*row.steps, {"at": clock.text(visit.at), "kind": state, "by": visit.employee_id}]
    row.state, row.answer, row.closed_at = state, answer, visit.at
    row.expiry_shard = shards.expires_on(rules.keep_until("request", visit.at.date()), row.pk)
    change = Change(visit)
    change.put(row, RequestRow.state == "open", lost=lambda: Conflict("request_is_closed"))
    if state == "refused" and row.customer_id and row.kind in ("restriction", "objection"):
        _no_effect(change, visit, row)
    fact = facts.REQUEST_ANSWERED if state == "answered" else facts.REQUEST_REFUSED
    record.fact(change, visit, fact, subject=("request", request_id), detail={"kind": row.kind})
    return change.done(rights.shown(row, visit.at.date()))


def _no_effect(change: Change, visit: Visit, row: RequestRow) -> None:
    others = {
        one.kind
        for one in rights.rows(visit.partner, customer_id=row.customer_id)
        if one.sk != row.sk and one.state != "refused"
    }
    if not others & {"restriction", "objection"} and find.customer(visit.partner, row.customer_id) is not None:
        restrict.lifted(change, visit.partner, row.customer_id)
    hold = table.get(HoldRow, visit.partner, holds.key(forget.restriction(row.customer_id)))
    if row.kind == "restriction" and "restriction" not in others and hold is not None:
        lift_hold.add(change, visit, hold)
