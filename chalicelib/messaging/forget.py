"""Nothing goes by a date here: own texts live as long as the account and go with it (the outbox is activity's)."""

from collections.abc import Iterable

from chalicelib.messaging import own
from chalicelib.messaging.records import TextRow
from chalicelib.plumbing import table

KINDS = (TextRow,)
"""Every kind of row that this room keeps."""


def of_account(partner_id: str) -> Iterable[table.Address]:
    """Where everything lies that this room keeps of a partner."""
    yield from table.addresses("records", own.partition(partner_id))
