"""Check sealed days: whether the facts, their order and the chain of days are what they were when they were sealed."""

from datetime import UTC, date, datetime, time, timedelta

from chalicelib.activity import chain, find, rollup
from chalicelib.activity.records import SealRow
from chalicelib.plumbing import table


def day(partner_id: str, on: date) -> str:
    """`intact`, `unsealed`, `changed` (a fact was edited, removed or put in), or `expired` (facts gone, seal kept)."""
    seal = table.get(SealRow, partner_id, f"seal#{on}")
    if seal is None:
        return "unsealed"
    start = datetime.combine(on, time(), UTC)
    leaves = [chain.leaf(rollup.as_json(row)) for row in find.rows(partner_id, start, start + timedelta(days=1))]
    if not leaves:
        return "expired"
    return (
        "intact" if chain.seal(partner_id, on, leaves, previous=seal.previous) == (seal.hash, seal.facts) else "changed"
    )


def days(partner_id: str) -> list[date]:
    """The days at which the chain of a partner's seals is broken: a seal that does not name the one before it."""
    broken: list[date] = []
    previous = ""
    for seal in table.prefixed(SealRow, partner_id, "seal#"):
        if seal.previous != previous:
            broken.append(date.fromisoformat(seal.sk.removeprefix("seal#")))
        previous = seal.hash
    return broken
