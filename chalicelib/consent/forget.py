"""Nothing goes by a date here: an acceptance is the proof of a contract and stays until that may no longer be asked for."""

from collections.abc import Iterable

from chalicelib.consent.records import AcceptanceRow
from chalicelib.plumbing import table

KINDS = (AcceptanceRow,)
"""Every kind of row that this room keeps."""

UNTIL = "acceptance"  # the class of privacy.rules.RETENTION that says how long


def of_account(partner_id: str) -> Iterable[table.Address]:
    """Where the acceptances of a partner lie. They are kept (Art. 127 OR): they name the partner by its id alone."""
    return table.addresses("ledger", partner_id, "acceptance#")
