"""Forget proofs of what was agreed to: each gets its day when the contract ends, not before; choices go with the account."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from chalicelib.activity import expire, ledger, record
from chalicelib.consent import choices, enrol, facts
from chalicelib.consent.records import (
    AcceptanceRow,
    AddressRow,
    AnnouncementRow,
    ChoiceRow,
    ConsentRow,
    SubscriberRow,
)
from chalicelib.plumbing import shards, table
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.visit import Visit

KINDS = (AcceptanceRow, AnnouncementRow, ChoiceRow, ConsentRow, SubscriberRow, AddressRow)
"""Every kind of row that this room keeps."""

_PROOFS: dict[str, Any] = {"acceptance#": AcceptanceRow, "consent#": ConsentRow}
UNTIL = "acceptance"  # the class of privacy.rules.RETENTION that says how long


def of_account(partner_id: str) -> Iterable[table.Address]:
    """Where the proofs lie of what a partner agreed to. They are kept (Art. 127 OR): they name the partner by its id alone."""
    yield from table.addresses("ledger", partner_id, "acceptance#")
    yield from table.addresses("ledger", partner_id, "consent#")


def chosen(partner_id: str) -> Iterable[table.Address]:
    """Where everything else lies that this room keeps of a partner: it goes with the account.

    Whoever wants no newsletter is known by the keyed hash of the address alone, which leads to nobody and stays.
    """
    yield from table.addresses("records", choices.partition(partner_id))
    yield from table.addresses("records", enrol.partition(partner_id))


def keep(visit: Visit, until: date) -> None:
    """The contract of the visit's partner has ended: let every proof go after the day `until`, and not a day before.

    Each is written again with a fact, so that the chain of the ledger holds; what has its day keeps it.
    """
    goes_on = shards.expires_on(until + timedelta(days=1), visit.partner)
    for prefix, kind in _PROOFS.items():
        for row in table.prefixed(kind, visit.partner, prefix):
            if row.keep_until is not None:
                continue
            row.keep_until, row.expiry_shard = until, goes_on
            change = Change(visit)
            actions = [kind.keep_until.set(until), kind.expiry_shard.set(goes_on)]
            change.update(row, actions, kind.pk.exists())
            record.fact(change, visit, facts.DATED, ledger=ledger.mark(row))
            change.done()


def proof(pk: str, sk: str, due: str, today: date) -> bool:
    """Whether this proof is gone (True), or its last day has not passed (False). Raises holds.Held."""
    kind = _PROOFS[sk.partition("#")[0] + "#"]
    return expire.row(kind, pk, sk, due, partner_id=pk, today=today)
