"""Set a password by the link from the mail, once, and end every session that began with the old one."""

from dataclasses import replace
from typing import Any

from chalicelib.accounts import facts, find, logins, passwords, reset_link, rules
from chalicelib.accounts.records import LoginRow
from chalicelib.activity import record
from chalicelib.plumbing import limits, links, sessions
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.limits import Limit
from chalicelib.plumbing.refusals import Gone, Refusal, invalid
from chalicelib.plumbing.visit import Visit

PER_ADDRESS = Limit("password_set", 20, 3600, "ip_address")
LIMITS = (PER_ADDRESS,)


def by_link(visit: Visit, token: str, *, password: str) -> dict[str, Any]:
    """Make `password` the password of the person whom the link was sent to.

    Raises TooMany, Missing for a forged link, Gone for one that is too old or used, Invalid `password_guessable`.
    """
    limits.count(PER_ADDRESS, limits.address(visit.ip or ""), at=visit.at)
    known, bound_to = links.read(reset_link.PURPOSE, token, visit.at)
    row = logins.by_fingerprint(known)
    if row is None or row.status != "active" or not passwords.is_same(row.password_hash, bound_to):
        raise Gone("link_over")
    person = find.employee(row.partner_id, row.employee_id)
    partner = find.partner(row.partner_id)
    if person is None or partner is None or partner.status != "active":
        raise Gone("link_over")
    if rules.guessable(password, [person.first_name, person.last_name, person.email, partner.company]):
        raise invalid("password", "password_guessable")
    there = replace(visit, partner_id=row.partner_id, employee_id=row.employee_id)
    change = Change(there)
    change.update(
        row,
        [LoginRow.password_hash.set(passwords.hashed(password))],
        (LoginRow.password_hash == row.password_hash) & (LoginRow.status == "active"),
        lost=_over,
    )
    first = not passwords.usable(row.password_hash)
    record.fact(change, there, facts.PASSWORD_CHANGED, subject=("employee", row.employee_id), detail={"first": first})
    # Before the change, so that no crash leaves the old sessions; after it, for one that was opened in between.
    sessions.end_all(row.employee_id)
    result = change.done({})
    sessions.end_all(row.employee_id)
    return result


def _over() -> Refusal:
    return Gone("link_over")
