"""Remove an address: what still waits for it is not sent any more."""

from typing import Any

from chalicelib.activity import record
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.refusals import Missing
from chalicelib.plumbing.visit import Visit
from chalicelib.relay import facts, find
from chalicelib.relay.records import EndpointRow


def endpoint(visit: Visit, endpoint_id: str) -> dict[str, Any]:
    """Remove an address with its secret. What was sent to it goes on its day. Raises Missing."""
    change = Change(visit)
    change.delete(find.own(visit, endpoint_id), EndpointRow.pk.exists(), lost=Missing)
    record.fact(change, visit, facts.REMOVED, subject=("webhook", endpoint_id))
    return change.done({})
