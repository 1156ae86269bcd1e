"""Forget facts, counters and outbox rows on their day; seals stay, they hold hashes of what is gone and nobody's data."""

from collections.abc import Collection, Iterable

from chalicelib.activity import chain
from chalicelib.activity import outbox as queue
from chalicelib.activity.records import CountRow, FactRow, OutboxRow, RollupRow, SealRow
from chalicelib.plumbing import table

KINDS = (FactRow, SealRow, CountRow, RollupRow, OutboxRow)
"""Every kind of row that this room keeps."""


def of_account(partner_id: str, *, but: str, first_done: Collection[str] = ()) -> Iterable[table.Address]:
    """Where outbox rows of a partner lie, without those of the task `but`, which is doing this.

    Rows of the tasks `first_done` are left alone until they are done: they erase elsewhere. Counters hold no person and go on their own day; only the purge may remove anything from the log.
    """
    for item in table.walk("records", queue.partition(partner_id)):
        task, waits = item["task"]["S"], "due_shard" in item
        if task != but and not (waits and task in first_done):
            yield "records", item["pk"]["S"], item["sk"]["S"]


def readable(partner_id: str) -> Iterable[FactRow]:
    """The facts of a partner that still say who, from where and what exactly."""
    for item in table.walk("activity", partner_id, first="0", last=":"):
        row = FactRow.from_raw_data(item)
        if row.veiled is None:
            yield row


def veil(row: FactRow) -> None:
    """Black out who did it, from where and the details; hashes of them stay, so that the chain of the log still holds."""
    hidden = {name: chain.commitment(row.salt or "", name, row.hashable(name)) for name in chain.VEILABLE}
    actions = [FactRow.veiled.set(hidden), *(getattr(FactRow, name).remove() for name in (*chain.VEILABLE, "salt"))]
    table.update(row, actions, FactRow.pk.exists())


def fact(pk: str, sk: str, due: str) -> bool:
    """Whether this fact is gone (True), or its life was extended (False)."""
    return table.delete_expired(FactRow, pk, sk, due)


def count(pk: str, sk: str, due: str) -> bool:
    """The same for the counters of a day."""
    return table.delete_expired(CountRow, pk, sk, due)


def outbox(pk: str, sk: str, due: str) -> bool:
    """The same for what was sent, or given up, long ago."""
    return table.delete_expired(OutboxRow, pk, sk, due)
