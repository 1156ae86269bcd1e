"""Forget registrations that nobody confirmed; an active account has no date and goes by its owner's closure."""

from chalicelib.accounts.records import EmployeeRow, LoginRow, NameRow, PartnerRow, VersionRow
from chalicelib.plumbing import table

KINDS = (PartnerRow, VersionRow, EmployeeRow, LoginRow, NameRow)
"""Every kind of row that this room keeps."""


def registration(pk: str, sk: str, due: str) -> bool:
    """Whether this pending partner is gone (True), or was confirmed meanwhile (False): the confirmation takes the date off."""
    return table.delete_expired(PartnerRow, pk, sk, due)


def login(pk: str, sk: str, due: str) -> bool:
    """The same for the login that was prepared with it."""
    return table.delete_expired(LoginRow, pk, sk, due)
