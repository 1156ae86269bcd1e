"""Change what an address hears, let it pause, or let it hear again."""

from typing import Any

from chalicelib.activity import record
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.refusals import Missing
from chalicelib.plumbing.visit import Visit
from chalicelib.relay import facts, find, rules
from chalicelib.relay.records import EndpointRow


def endpoint(visit: Visit, endpoint_id: str, values: dict[str, Any]) -> dict[str, Any]:
    """Change `state`, `kinds` or `fields`; the address as it is then. What is left out stays. Raises Missing."""
    row = find.own(visit, endpoint_id)
    actions: list[Any] = []
    if "kinds" in values:
        row.kinds = [one for one in rules.KINDS if one in values["kinds"]]
        actions.append(EndpointRow.kinds.set(row.kinds))
    if "fields" in values:
        row.fields = [one for one in rules.FIELDS if one in (values["fields"] or ())]
        actions.append(EndpointRow.fields.set(row.fields))
    if "state" in values:
        row.state, row.failures, row.failing_since, row.rests_until = values["state"], 0, None, None
        actions += [
            EndpointRow.state.set(row.state),
            EndpointRow.failures.set(0),
            EndpointRow.failing_since.remove(),
            EndpointRow.rests_until.remove(),
        ]
    change = Change(visit)
    if actions:
        change.update(row, actions, EndpointRow.pk.exists(), lost=Missing)
        detail = {"changed": sorted(values), "state": row.state, "fields": list(row.fields)}
        record.fact(change, visit, facts.CHANGED, subject=("webhook", endpoint_id), detail=detail)
    return change.done(find.shown(row))
