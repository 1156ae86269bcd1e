"""Renew a hold, shorten it, or say better why it is there."""

from collections.abc import Mapping
from typing import Any

from chalicelib.activity import record
from chalicelib.plumbing import holds
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.holds import HoldRow
from chalicelib.plumbing.refusals import Conflict, Missing
from chalicelib.plumbing.visit import Visit
from chalicelib.privacy import facts, set_hold, standing


def hold(visit: Visit, hold_id: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Change `reason` or `until` of a hold that stands: the hold as listed.

    Raises Missing, Invalid like `set_hold.hold`, Conflict `changed_meanwhile`.
    """
    today = visit.at.date()
    row = standing.row(visit.partner, hold_id, today)
    if row.by == holds.BY_RIGHT:
        raise Missing
    before = row.until
    row.reason, row.until = values.get("reason", row.reason), values.get("until", row.until)
    set_hold.right_time(row.until, today)
    row.expiry_shard = standing.goes(visit.partner, row.until)
    change = Change(visit)
    unchanged = (HoldRow.until == before) & (HoldRow.by == row.by)
    change.put(row, unchanged, lost=lambda: Conflict("changed_meanwhile"))
    record.fact(change, visit, facts.HOLD_CHANGED, subject=("hold", hold_id), detail={"until": row.until.isoformat()})
    return change.done(standing.shown(row, today))
