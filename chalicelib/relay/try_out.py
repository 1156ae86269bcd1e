"""Send a test to an address: it says nothing about anybody, and is signed and tried like everything else."""

from typing import Any

from chalicelib.plumbing import ids, limits
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.limits import Limit
from chalicelib.plumbing.refusals import Conflict
from chalicelib.plumbing.visit import Visit
from chalicelib.relay import find, queue_up, rules

PER_PARTNER = Limit("webhook_by_hand", 60, 3600, "partner")
LIMITS = (PER_PARTNER,)


def endpoint(visit: Visit, endpoint_id: str) -> dict[str, Any]:
    """Queue a test: `{id, state}`. Raises Missing, TooMany, and Conflict `webhook_not_active`."""
    row = find.own(visit, endpoint_id)
    if row.state != "active":
        raise Conflict("webhook_not_active")
    limits.count(PER_PARTNER, visit.partner, at=visit.at)
    change = Change(visit)
    delivery_id = queue_up.message(
        change, visit, row, rules.TEST, message_id=f"msg_{ids.new(visit.at)}", happened_at=visit.at, about={}
    )  # fmt: skip
    return change.done({"id": delivery_id, "state": "waiting"})
