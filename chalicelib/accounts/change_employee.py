"""Change an employee: details, role, whether they can be booked, whether they still work here."""

from collections.abc import Mapping
from typing import Any

from chalicelib.accounts import employ, facts, find, logins, passwords, prove, rules, second_factor, version
from chalicelib.accounts.find import Employee
from chalicelib.accounts.records import EmployeeRow, LoginRow
from chalicelib.activity import record
from chalicelib.plumbing import api_keys, ids, sessions, table
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.database import Stale
from chalicelib.plumbing.refusals import Conflict, Forbidden, Invalid, Missing, Problem, Unavailable
from chalicelib.plumbing.visit import Visit
from chalicelib.plumbing.writes import as_read


def details(
    visit: Visit, employee_id: str, *, values: dict[str, Any], also: Mapping[str, Any], password: str | None = None
) -> dict[str, Any]:
    """Change what `values` names (form `employee`) and leave the rest; the employee afterwards, with `also`.

    Whoever loses a role, the address or the job is signed out everywhere, and an owner's keys open no owner's door any more; who leaves loses the way to sign in, who comes
    back is invited anew. With the address goes the way to sign in: who changes one has signed in just now or gives their own
    `password`. Raises Missing, Forbidden, Invalid (`email_in_use`, `password_again`, `wrong_password`), TooMany, Conflict `last_owner`.
    """
    empty = [name for name, value in values.items() if value is None or value == ""]
    if empty:
        raise Invalid([Problem(name, "missing") for name in empty])
    for attempt in range(8):
        row = table.get(EmployeeRow, visit.partner, f"employee#{employee_id}") if ids.is_id(employee_id) else None
        if row is None:
            raise Missing
        try:
            return _change(visit, row, values, also=also, password=password, attempt=attempt)
        except Stale:
            continue
    raise Unavailable


def _change(
    visit: Visit,
    row: EmployeeRow,
    values: dict[str, Any],
    *,
    also: Mapping[str, Any],
    password: str | None,
    attempt: int,
) -> dict[str, Any]:
    before = find.employee_of(row)
    after = find.employee_of(row.changed(values))
    fields = sorted(name for name in values if getattr(before, name) != getattr(after, name))
    if not rules.may_change(visit.role or "", before.role, fields=set(fields), new_role=after.role):
        raise Forbidden("role_too_low")
    if "email" in fields and visit.source != "api" and not attempt:
        prove.lately(visit, password)
    change = Change(visit, attempt=attempt)
    if not fields:
        return change.done({**after.shown(), **also})
    _keep_an_owner(change, visit.partner, before, after)
    invited = _sign_in(change, row, before, after)
    change.update(
        row,
        [getattr(EmployeeRow, name).set(getattr(after, name)) for name in fields],
        (EmployeeRow.role == before.role) & (EmployeeRow.active == before.active) & as_read(row, "email"),
    )
    version.bump(change, visit.partner)
    left = before.active and not after.active
    what = facts.EMPLOYEE_LEFT if left else facts.EMPLOYEE_ADDED if invited else facts.EMPLOYEE_CHANGED
    record.fact(change, visit, what, subject=("employee", before.id), detail={"fields": fields})
    signed_out = bool({"role", "active", "email"} & set(fields))
    # Before the change, so that no crash leaves a session with the old rights; after it, for one opened in between.
    if signed_out:
        _end_rights(visit.partner, before, after)
    result = change.done({**after.shown(), **also})
    if signed_out:
        _end_rights(visit.partner, before, after)
    return result


def _end_rights(partner_id: str, before: Employee, after: Employee) -> None:
    sessions.end_all(before.id)
    if before.role == "owner" and not (after.role == "owner" and after.active):
        api_keys.lower(partner_id, before.id)


def _keep_an_owner(change: Change, partner_id: str, before: Employee, after: Employee) -> None:
    """Two owners who demote each other at the same moment must not both succeed: each change depends on the other's row."""
    stays = after.role == "owner" and after.active
    if before.role != "owner" or not before.active or stays:
        return
    for other in table.prefixed(EmployeeRow, partner_id, "employee#"):
        if other.role == "owner" and other.active and other.sk != f"employee#{before.id}":
            change.check(other, (EmployeeRow.role == "owner") & (EmployeeRow.active == True))  # noqa: E712 - an expression for the table
            return
    raise Conflict("last_owner")


def _sign_in(change: Change, row: EmployeeRow, before: Employee, after: Employee) -> bool:
    """Bring the way to sign in along; whether an invitation is due."""
    old = logins.of(before.email) if before.active else None
    same_address = logins.key(before.email) == logins.key(after.email)
    if old is not None and after.active and same_address:
        if after.role != before.role:
            change.update(old, [LoginRow.role.set(after.role)], LoginRow.employee_id == before.id)
        return False
    if old is not None:
        as_read = (LoginRow.employee_id == before.id) & (LoginRow.password_hash == old.password_hash)
        change.delete(old, as_read & second_factor.unchanged(old))
    if not after.active:
        return False
    moved = EmployeeRow(row.pk, row.sk, email=after.email, role=after.role)
    password_hash = old.password_hash if old is not None else passwords.unusable()
    # With the address goes the password; the second factor stays, or whoever may change addresses could come in as anybody.
    factor = second_factor.of(old) if old is not None else {}
    employ.login_for(change, moved, before.id, password_hash=password_hash, factor=factor)
    return not passwords.usable(password_hash)
