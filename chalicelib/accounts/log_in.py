"""Log in: counted before anything else, compared in constant time, and told to nobody why it failed."""

from dataclasses import replace
from typing import Any

from chalicelib.accounts import facts, forms, halfway, logins, passwords, second_factor
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

    Whoever has a second factor gets no session yet, but `{next, expires_at}`: the form to go on with, and until when.
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
    still = as_read(row) & second_factor.unchanged(row)
    kept = row.password_hash
    if passwords.outdated(kept):
        kept = passwords.hashed(password)
        change.update(row, [LoginRow.password_hash.set(kept)], still, lost=_Changed)
    else:
        change.check(row, still, lost=_Changed)
    result = (
        _half(change, there, row, kept)
        if second_factor.is_on(row)
        else opened(change, there, row, how="password", instead_of=before)
    )
    try:
        return change.done(result)
    except _Changed:
        raise _failed(visit, row, "changed_meanwhile") from None


def as_read(row: LoginRow) -> Any:
    """The condition that nothing has changed about who comes in, with which password and as what."""
    return (LoginRow.password_hash == row.password_hash) & (LoginRow.role == row.role) & (LoginRow.status == "active")


def opened(change: Change, visit: Visit, row: LoginRow, *, how: str, instead_of: Visit) -> dict[str, Any]:
    """Add the session to `change`, and the end of the one that `instead_of` came with: what the contract answers."""
    _, ends_at = sessions.open_(
        change, visit, partner_id=row.partner_id, employee_id=row.employee_id, role=row.role, instead_of=instead_of
    )
    record.fact(change, visit, facts.LOGGED_IN, subject=("employee", row.employee_id), detail={"how": how})
    return {
        "partner_id": row.partner_id,
        "employee_id": row.employee_id,
        "role": row.role,
        "expires_at": ends_at,
    }


def _half(change: Change, visit: Visit, row: LoginRow, password_hash: str) -> dict[str, Any]:
    ends_at = halfway.begin(change, visit, row, password_hash=password_hash)
    record.fact(change, visit, facts.CODE_ASKED, subject=("employee", row.employee_id))
    return {"next": forms.LOGIN_CODE.name, "expires_at": ends_at}


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
