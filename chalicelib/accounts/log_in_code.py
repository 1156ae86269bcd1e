"""Finish a login with the code of the app or a recovery code, in the browser in which the password was given."""

from dataclasses import replace
from typing import Any

from chalicelib.accounts import facts, halfway, log_in, logins, passwords, second_factor
from chalicelib.accounts.records import HalfRow
from chalicelib.activity import record
from chalicelib.plumbing import limits
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.refusals import Forbidden, Gone, Unknown
from chalicelib.plumbing.visit import Visit


class _Used(Exception):
    pass


def employee(visit: Visit, code: str) -> dict[str, Any]:
    """Open the session, as `log_in.employee` does without a second factor.

    Password and first code are one attempt; every further code is another one of the address (`log_in.LIMIT`), and counts
    before it is looked at. Raises TooMany, Unknown `login_code_wrong`, Gone `login_over` after five minutes, three codes, or
    in another browser.
    """
    if visit.once is None or visit.source == "api":
        raise Forbidden("sign_in_only")
    # Whoever is signed in here already has no part in it, but for the session that ends.
    before, visit = visit, replace(visit, partner_id=None, employee_id=None, role=None, session=None)
    half = halfway.tried(visit)
    if half.tries > 1:
        limits.count(log_in.LIMIT, limits.address(visit.ip or ""), at=visit.at)
    row = logins.at(half.login)
    if row is None or row.status != "active" or not second_factor.is_on(row) or row.employee_id != half.employee_id:
        raise Gone("login_over")
    if not passwords.is_same(row.password_hash, half.bound_to):
        raise Gone("login_over")
    there = replace(visit, partner_id=row.partner_id, employee_id=row.employee_id, role=row.role)
    proof = second_factor.proven(row, code, visit.at)
    if proof is None:
        raise _wrong(there, half)
    change = Change(there)
    change.update(row, proof.actions, log_in.as_read(row) & second_factor.unchanged(row), lost=_Used)
    halfway.end(change, half)
    result = log_in.opened(change, there, row, how=proof.how, instead_of=before)
    try:
        return change.done(result)
    except _Used:
        raise _wrong(there, half) from None


def _wrong(visit: Visit, half: HalfRow) -> Unknown:
    """A line in the log; after the last try another, of which the person is told: somebody knows their password."""
    # Without the form's nonce, so that it stays good for another try.
    change = Change(replace(visit, once=None))
    record.fact(change, visit, facts.LOGIN_FAILED, detail={"code": "wrong_code"})
    if half.tries >= halfway.MOST_TRIES:
        record.fact(change, visit, facts.CODES_REFUSED, subject=("employee", half.employee_id))
    change.done()
    return Unknown("login_code_wrong")
