"""What happened, and what was put into the outbox, at one instant: ids begin with their instant, so it is one small Query."""

from datetime import datetime, timedelta

from chalicelib.activity import outbox
from chalicelib.activity.records import FactRow, OutboxRow
from chalicelib.plumbing import ids, table

_MOMENT = timedelta(milliseconds=1)


def queued(partner_id: str, at: datetime) -> list[OutboxRow]:
    """Outbox rows whose ids were made at `at`, or begin with an id that was."""
    items = table.walk("records", outbox.partition(partner_id), first=ids.floor(at), last=ids.floor(at + _MOMENT))
    return [OutboxRow.from_raw_data(item) for item in items]


def facts(partner_id: str, at: datetime) -> list[FactRow]:
    """Facts of the instant `at`."""
    items = table.walk("activity", partner_id, first=ids.floor(at), last=ids.floor(at + _MOMENT))
    return [FactRow.from_raw_data(item) for item in items]
