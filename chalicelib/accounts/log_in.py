"""Log in: counted before anything else, compared in constant time, and told to nobody why it failed."""

from dataclasses import replace
from typing import Any

from chalicelib.accounts import facts, logins, passwords
from chalicelib.accounts.records import LoginRow
from chalicelib.activity import record
from chalicelib.plumbing import envelope, limits, sessions
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.limits import Limit
from chalicelib.plumbing.refusals import Forbidden, Unknown
from chalicelib.plumbing.visit import Visit

# The policy: at most 3 login attempts per IP address within 5 minutes. Every attempt counts, the successful too.
LIMIT = Limit("login", 3, 300, "ip_address")
LIMITS = (LIMIT,)


class _Changed(Exception):
    pass


def employee(visit: Visit, email: str, *, password: str) -> dict[str, Any]:
    """Open a session: `{partner_id, employee_id, role, expires_at}`; its cookie is `cookie` of the result.

    One write of the limit, one read, one transaction. Raises TooMany, Unknown `login_failed` alike for a wrong password
    and for an address that is unknown or not confirmed, and Unavailable when a table is away: nobody gets in then.
    """
    if visit.once is None or visit.source == "api":
        raise Forbidden("sign_in_only")
    # Whoever is signed in here already has no part in it, but for the session that ends.
    before, visit = visit, replace(visit, partner_id=None, employee_id=None, role=None, session=None)
    limits.count(LIMIT, limits.address(visit.ip or ""), at=visit.at)
    row = logins.of(email)
    right = passwords.right(password, row.password_hash if row else None)
    envelope.anew(row.partner_id if row else None)
    if row is None or not right or row.status != "active":
        raise _failed(visit, row, "unknown" if row is None else "not_confirmed" if right else "wrong_password")
    there = replace(visit, partner_id=row.partner_id, employee_id=row.employee_id, role=row.role)
    change = Change(there)
    # A password or a role changed in this very moment ends all sessions; this one must not slip through behind it.
    still = (LoginRow.password_hash == row.password_hash) & (LoginRow.role == row.role) & (LoginRow.status == "active")
    if passwords.outdated(row.password_hash):
        change.update(row, [LoginRow.password_hash.set(passwords.hashed(password))], still, lost=_Changed)
    else:
        change.check(row, still, lost=_Changed)
    _, ends_at = sessions.open_(
        change, there, partner_id=row.partner_id, employee_id=row.employee_id, role=row.role, instead_of=before
    )
    record.fact(change, there, facts.LOGGED_IN, subject=("employee", row.employee_id))
    result = {
        "partner_id": row.partner_id,
        "employee_id": row.employee_id,
        "role": row.role,
        "expires_at": ends_at,
    }
    try:
        return change.done(result)
    except _Changed:
        raise _failed(visit, row, "changed_meanwhile") from None


def cookie(visit: Visit, employee_id: str) -> str:
    """The value of the session's cookie: the same for the same form, so that a repeated login is one session."""
    assert visit.once is not None
    return f"{employee_id}.{visit.once.secret('session')}"


def _failed(visit: Visit, row: LoginRow | None, code: str) -> Unknown:
    there = replace(visit, partner_id=row.partner_id, employee_id=row.employee_id) if row else visit
    change = Change(there)
    record.fact(change, there, facts.LOGIN_FAILED, detail={"code": code})
    # Not `done`: the form stays good for another try.
    change.commit()
    return Unknown("login_failed")
