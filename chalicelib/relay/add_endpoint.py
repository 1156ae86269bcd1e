"""Add an address that hears what happens; its secret is shown this once."""

from typing import Any

from chalicelib.activity import record
from chalicelib.plumbing import egress, ids, reach
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.refusals import Conflict, Invalid, Problem
from chalicelib.plumbing.visit import Visit
from chalicelib.relay import facts, find, rules, signature
from chalicelib.relay.records import EndpointRow


def endpoint(visit: Visit, url: str, *, kinds: list[str], fields: list[str]) -> dict[str, Any]:
    """A new address: `{id, secret}`. Raises Invalid for one that is not called, Conflict `webhooks_full` after ten."""
    try:
        target = egress.own_target(url)
    except reach.Hostile as hostile:
        raise Invalid((Problem("url", f"webhook_{hostile.code}"),)) from None
    if len(find.endpoint_rows(visit.partner)) >= rules.MOST_ENDPOINTS:
        raise Conflict("webhooks_full")
    endpoint_id = ids.new(visit.at)
    secret = signature.secret(ids.secret())
    change = Change(visit)
    change.put_new(
        EndpointRow(
            find.partition(visit.partner),
            f"endpoint#{endpoint_id}",
            url=target.url,
            secret=secret,
            kinds=[one for one in rules.KINDS if one in kinds],
            fields=[one for one in rules.FIELDS if one in fields],
            state="active",
            created_at=visit.at,
            created_by=visit.employee_id,
            failures=0,
        )
    )
    record.fact(change, visit, facts.ADDED, subject=("webhook", endpoint_id), detail={"fields": sorted(fields)})
    return change.done({"id": endpoint_id, "secret": secret})
