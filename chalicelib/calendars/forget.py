"""Forget feeds and outside calendars with their account; what was read of them lies in booking, and goes with them."""

from collections.abc import Iterable

from chalicelib.calendars import find
from chalicelib.calendars.records import FeedRow, SourceRow
from chalicelib.plumbing import table

KINDS = (FeedRow, SourceRow)
"""Every kind of row that this room keeps. None goes by a date: past days go with each reading, stale ones with the last."""


def of_account(partner_id: str) -> Iterable[table.Address]:
    """Where everything lies that this room keeps of a partner."""
    return table.addresses("records", find.partition(partner_id))
