"""Take the person out of their own requests when they are erased: what was asked when, and that it was done, stays."""

from chalicelib.plumbing import clock, shards, table
from chalicelib.plumbing.visit import Visit
from chalicelib.privacy import rights, rules
from chalicelib.privacy.records import RequestRow


def of_customer(visit: Visit, customer_id: str) -> int:
    """How many requests of this customer there are; whatever was typed in them is gone, and none is open any more."""
    rows = rights.rows(visit.partner, customer_id=customer_id)
    for row in rows:
        actions = [getattr(RequestRow, name).remove() for name in ("person", "words", "answer", "extended_because")]
        if row.state == "open":
            step = {"at": clock.text(visit.at), "kind": "erased", "by": None}
            goes_on = shards.expires_on(rules.keep_until("request", visit.at.date()), row.pk)
            actions += [
                RequestRow.state.set("answered"),
                RequestRow.closed_at.set(visit.at),
                RequestRow.steps.set([*row.steps, step]),
                RequestRow.expiry_shard.set(goes_on),
            ]
        table.update(row, actions, RequestRow.state == row.state)
    return len(rows)
