"""What happened, and what was put into the outbox, at one instant: ids begin with their instant, so it is one small Query."""

from datetime import datetime, timedelta

from chalicelib.activity import outbox, rules
from chalicelib.activity.records import FactRow, OutboxRow, ToldRow
from chalicelib.plumbing import clock, ids, shards, table
from chalicelib.plumbing.transaction import Transaction
from chalicelib.plumbing.visit import Visit

_MOMENT = timedelta(milliseconds=1)


def queued(partner_id: str, at: datetime) -> list[OutboxRow]:
    """Outbox rows whose ids were made at `at`, or begin with an id that was."""
    items = table.walk("records", outbox.partition(partner_id), first=ids.floor(at), last=ids.floor(at + _MOMENT))
    return [OutboxRow.from_raw_data(item) for item in items]


def facts(partner_id: str, at: datetime) -> list[FactRow]:
    """Facts of the instant `at`."""
    items = table.walk("activity", partner_id, first=ids.floor(at), last=ids.floor(at + _MOMENT))
    return [FactRow.from_raw_data(item) for item in items]


def keep_told(change: Transaction, visit: Visit, customer_id: str, fact_id: str) -> None:
    """Keep with `change` that a fact of this visit says what was told of a customer, to themselves too; as long as it is there."""
    goes_on = clock.months_later(visit.at.date(), rules.KEEP_FACTS_MONTHS)
    pk = _told(visit.partner)
    change.put(
        ToldRow(pk, f"{customer_id}#{clock.text(visit.at)}#{fact_id}", expiry_shard=shards.expires_on(goes_on, pk))
    )


def told(partner_id: str, customer_id: str) -> list[datetime]:
    """The instants at which the log says what was told of a customer. One Query."""
    found = table.prefixed(ToldRow, _told(partner_id), f"{customer_id}#")
    return [clock.parse(one.sk.split("#")[1]) for one in found]


def _told(partner_id: str) -> str:
    return f"{partner_id}#told"
