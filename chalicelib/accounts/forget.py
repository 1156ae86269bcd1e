"""Forget registrations that nobody confirmed; an active account has no date and goes by its owner's closure."""

from collections.abc import Iterable
from datetime import date

from chalicelib.accounts import logins, version
from chalicelib.accounts.records import EmployeeRow, HalfRow, LoginRow, NameRow, PartnerRow, VersionRow
from chalicelib.plumbing import envelope, sessions, table
from chalicelib.plumbing.database import Stale
from chalicelib.plumbing.transaction import Transaction

KINDS = (PartnerRow, VersionRow, EmployeeRow, LoginRow, HalfRow, NameRow)
"""Every kind of row that this room keeps."""
_OWN = ("employee#", "key#", "profile", version.KEY)


def of_account(partner_id: str) -> Iterable[table.Address]:
    """Where everything lies that this room keeps of a partner.

    The ways to sign in come first: where they lie is known only as long as the people are.
    """
    for person in table.prefixed(EmployeeRow, partner_id, "employee#"):
        login = logins.of(person.email)
        if login is not None and login.partner_id == partner_id:
            yield "records", login.pk, login.sk
        yield from table.addresses("guard", sessions.partition(person.sk.removeprefix("employee#")))
    profile = table.get(PartnerRow, partner_id, "profile")
    name = table.get(NameRow, f"name#{profile.booking_name}", "-") if profile and profile.booking_name else None
    if name is not None and name.partner_id == partner_id:
        yield "records", name.pk, name.sk
    for prefix in _OWN:
        yield from table.addresses("records", partner_id, prefix)


def without_looking(partner_id: str) -> Iterable[table.Address]:
    """The same without the ways to sign in and the name of the booking page, which lie elsewhere: for whom nothing of it can be read any more."""
    for prefix in _OWN:
        yield from table.addresses("records", partner_id, prefix)


def registration(pk: str, sk: str, due: str, _today: date) -> bool:
    """Whether this pending partner is gone (True), or was confirmed meanwhile (False): the confirmation takes the date off.

    Their key goes with them.
    """
    change = Transaction()
    change.delete(PartnerRow(pk, sk), PartnerRow.expiry_shard == due)
    envelope.end(change, pk)
    try:
        change.commit()
    except Stale:
        return table.get(PartnerRow, pk, sk) is None
    envelope.forget(pk)
    return True


def login(pk: str, sk: str, due: str, _today: date) -> bool:
    """The same for the login that was prepared with it."""
    return table.delete_expired(LoginRow, pk, sk, due)
