"""Nothing goes by a date here: the proof of what was agreed to stays as long as it may be asked for, the rest goes with the account."""

from collections.abc import Iterable

from chalicelib.consent import choices, enrol
from chalicelib.consent.records import (
    AcceptanceRow,
    AddressRow,
    AnnouncementRow,
    ChoiceRow,
    ConsentRow,
    SubscriberRow,
)
from chalicelib.plumbing import table

KINDS = (AcceptanceRow, AnnouncementRow, ChoiceRow, ConsentRow, SubscriberRow, AddressRow)
"""Every kind of row that this room keeps."""

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
