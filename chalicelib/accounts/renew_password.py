"""Give somebody another password, and end every session that began with the old one."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from chalicelib.accounts import facts, find, passwords
from chalicelib.accounts.records import LoginRow
from chalicelib.activity import record
from chalicelib.plumbing import sessions
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.refusals import Refusal, invalid
from chalicelib.plumbing.visit import Visit


def of(visit: Visit, login: LoginRow, *, password: str, lost: Callable[[], Refusal]) -> dict[str, Any]:
    """Make `password` the password of a login as it was read. `lost` makes the refusal where that login is over or was changed.

    Raises Invalid `password_guessable`.
    """
    person = find.employee(login.partner_id, login.employee_id)
    partner = find.partner(login.partner_id)
    if login.status != "active" or person is None or partner is None or partner.status != "active":
        raise lost()
    if passwords.easy(password, [person.first_name, person.last_name, person.email, partner.company]):
        raise invalid("password", "password_guessable")
    there = replace(visit, partner_id=login.partner_id, employee_id=login.employee_id)
    change = Change(there)
    change.update(
        login,
        [LoginRow.password_hash.set(passwords.hashed(password))],
        (LoginRow.password_hash == login.password_hash) & (LoginRow.status == "active"),
        lost=lost,
    )
    first = not passwords.usable(login.password_hash)
    record.fact(change, there, facts.PASSWORD_CHANGED, subject=("employee", login.employee_id), detail={"first": first})
    # Before the change, so that no crash leaves the old sessions; after it, for one that was opened in between.
    sessions.end_all(login.employee_id)
    result = change.done({})
    sessions.end_all(login.employee_id)
    return result
