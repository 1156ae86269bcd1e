"""Close an account: from this moment no person and no program comes in, nobody books, and the name of the booking page is free."""

from chalicelib.accounts import find, logins, version
from chalicelib.accounts.records import LoginRow, NameRow, PartnerRow
from chalicelib.plumbing import api_keys, sessions, table
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.refusals import Missing

_MOST_AT_ONCE = 80  # a transaction takes a hundred rows; whoever is beyond loses the way in when the rest is erased


def account(change: Change, partner_id: str) -> list[str]:
    """Add the closure to `change`; the ids of everybody whose sessions have to end. Raises Missing for a closed one."""
    profile = table.get(PartnerRow, partner_id, "profile")
    if profile is None or profile.status != "active":
        raise Missing
    closed = [PartnerRow.status.set("closed"), PartnerRow.lookup.remove(), PartnerRow.lookup_at.remove()]
    change.update(profile, closed, PartnerRow.status == "active", lost=Missing)
    if profile.booking_name:
        change.delete(NameRow(f"name#{profile.booking_name}", "-"), NameRow.partner_id == partner_id)
    version.bump(change, partner_id)
    programs = api_keys.end_all(change, partner_id, most=_MOST_AT_ONCE)
    team = find.employees(partner_id)
    for person in team[: _MOST_AT_ONCE - programs]:
        login = logins.of(person.email)
        if login is not None and login.partner_id == partner_id:
            change.update(login, [LoginRow.status.set("closed")], LoginRow.partner_id == partner_id)
    return [person.id for person in team]


def sign_everybody_out(employee_ids: list[str]) -> None:
    """End all sessions of a closed account."""
    for employee_id in employee_ids:
        sessions.end_all(employee_id)
