"""Send something again that was sent or given up: under the same id, so that the receiver can tell."""

from typing import Any

from chalicelib.plumbing import limits
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.refusals import Conflict
from chalicelib.plumbing.visit import Visit
from chalicelib.relay import find, queue_up, try_out
from chalicelib.relay.records import DeliveryRow


def delivery(visit: Visit, endpoint_id: str, delivery_id: str) -> dict[str, Any]:
    """Queue it anew: `{id, state}`. Raises Missing, TooMany, Conflict `webhook_not_active` and `webhook_waits`."""
    endpoint = find.own(visit, endpoint_id)
    row = find.own_delivery(visit, endpoint_id, delivery_id)
    if endpoint.state != "active":
        raise Conflict("webhook_not_active")
    if row.state == "waiting":
        raise Conflict("webhook_waits")
    limits.count(try_out.PER_PARTNER, visit.partner, at=visit.at)
    change = Change(visit)
    change.update(
        row,
        [DeliveryRow.state.set("waiting"), DeliveryRow.next_at.set(visit.at)],
        DeliveryRow.state == row.state,
        lost=lambda: Conflict("webhook_waits"),
    )
    queue_up.send(change, visit, endpoint_id, delivery_id)
    return change.done({"id": delivery_id, "state": "waiting"})
