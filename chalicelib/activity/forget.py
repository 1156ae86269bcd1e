"""Forget facts, counters and outbox rows on their day; seals stay, they hold hashes of what is gone and nobody's data."""

from chalicelib.activity.records import CountRow, FactRow, OutboxRow, RollupRow, SealRow
from chalicelib.plumbing import table

KINDS = (FactRow, SealRow, CountRow, RollupRow, OutboxRow)
"""Every kind of row that this room keeps."""


def fact(pk: str, sk: str, due: str) -> bool:
    """Whether this fact is gone (True), or its life was extended (False)."""
    return table.delete_expired(FactRow, pk, sk, due)


def count(pk: str, sk: str, due: str) -> bool:
    """The same for the counters of a day."""
    return table.delete_expired(CountRow, pk, sk, due)


def outbox(pk: str, sk: str, due: str) -> bool:
    """The same for what was sent, or given up, long ago."""
    return table.delete_expired(OutboxRow, pk, sk, due)
