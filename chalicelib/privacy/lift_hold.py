"""Lift a hold: what waited for it goes the next night, and an erasure that waited goes on within a day."""

from datetime import timedelta
from typing import Any

from chalicelib.activity import record
from chalicelib.booking import restrict
from chalicelib.plumbing import holds, shards
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.holds import HoldRow
from chalicelib.plumbing.refusals import Conflict
from chalicelib.plumbing.visit import Visit
from chalicelib.privacy import facts, standing


def hold(visit: Visit, hold_id: str, *, operator: bool = False) -> dict[str, Any]:
    """End a hold that stands: the hold as it was. Raises Missing, also for one of the other hand, Conflict `changed_meanwhile`."""
    row = standing.row(visit.partner, hold_id, visit.at.date(), operator=operator)
    change = Change(visit)
    add(change, visit, row)
    if row.by == holds.BY_RIGHT:
        restrict.lifted(change, visit.partner, hold_id.removeprefix("restricted-"))
    record.fact(change, visit, facts.HOLD_LIFTED, subject=("hold", hold_id))
    return change.done(standing.shown(row, visit.at.date()))


def add(change: Change, visit: Visit, row: HoldRow) -> None:
    """Let `change` end a hold; the purge finds tomorrow what it kept."""
    today = visit.at.date()
    actions = [
        HoldRow.until.set(today - timedelta(days=1)),
        HoldRow.lifted_at.set(visit.at),
        HoldRow.expiry_shard.set(shards.expires_on(today + timedelta(days=1), row.pk)),
    ]
    change.update(row, actions, HoldRow.until == row.until, lost=lambda: Conflict("changed_meanwhile"))
