"""Give an address a new secret; for a day the old one signs beside it, so that nothing is refused meanwhile."""

from typing import Any

from chalicelib.activity import record
from chalicelib.plumbing import ids
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.refusals import Missing
from chalicelib.plumbing.visit import Visit
from chalicelib.relay import facts, find, rules, signature
from chalicelib.relay.records import EndpointRow


def secret(visit: Visit, endpoint_id: str) -> dict[str, Any]:
    """A new secret, shown this once: `{id, secret, old_until}`. Raises Missing."""
    row = find.own(visit, endpoint_id)
    made = signature.secret(ids.secret())
    until = visit.at + rules.OLD_SECRET_FOR
    actions = [
        EndpointRow.secret.set(made),
        EndpointRow.old_secret.set(row.secret),
        EndpointRow.old_secret_until.set(until),
    ]
    change = Change(visit)
    change.update(row, actions, EndpointRow.pk.exists(), lost=Missing)
    record.fact(change, visit, facts.SECRET_RENEWED, subject=("webhook", endpoint_id))
    return change.done({"id": endpoint_id, "secret": made, "old_until": until})
