"""Bind a row of the ledger to the chain: the fact that says why it was written holds its hash, and checkpoints keep that.

A row may be written again, or go when its time is over, as long as the same change says so with a fact.
"""

from typing import Any

from chalicelib.activity import chain
from chalicelib.plumbing import attributes
from chalicelib.plumbing.rows import Record

_SHELF = "expiry_shard"


def mark(row: Record) -> str:
    """What `record.fact(..., ledger=...)` takes when `row` is written as it now is."""
    return f"{chain.place(row.pk, row.sk)} {chain.hashed(content(row))}"


def gone(row: Record) -> str:
    """What it takes when `row` is removed for good (of which only the key is looked at)."""
    return f"{chain.place(row.pk, row.sk)} {chain.GONE}"


def content(row: Record) -> dict[str, Any]:
    """Everything that a row holds, as it is stored; text about persons in plain, however it is stored.

    Without the shelf on which the purge finds it: a hold moves it there and back. The day itself (`keep_until`) is bound.
    """
    made: dict[str, Any] = {}
    for name, attribute in row.get_attributes().items():
        value = getattr(row, name)
        if value is not None and name != _SHELF:
            plain = isinstance(attribute, attributes.Personal | attributes.PersonalDocument)
            made[name] = value if plain else attribute.serialize(value)
    return made


def of_item(item: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The same of a row as DynamoDB hands it out; of rows that hold no text about persons, or hold it in plain."""
    return {name: next(iter(value.values())) for name, value in item.items() if name != _SHELF}
