"""Take somebody into the team: a person, and a way to sign in for which a password is set by an invitation."""

from collections.abc import Mapping
from typing import Any

from chalicelib.accounts import facts, find, logins, passwords, rules, version
from chalicelib.accounts.records import EmployeeRow, LoginRow
from chalicelib.activity import record
from chalicelib.plumbing import ids
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.refusals import Forbidden, invalid
from chalicelib.plumbing.visit import Visit


def person(visit: Visit, values: dict[str, Any], *, also: Mapping[str, Any]) -> dict[str, Any]:
    """Add an employee (fields of the form `employee`); the employee, and `also` what higher rooms show with it.

    Raises Forbidden when the visitor may not give that role, Invalid `email_in_use`.
    """
    if not rules.may_hire(visit.role or "", values["role"]):
        raise Forbidden("role_too_low")
    employee_id = ids.new(visit.at)
    row = EmployeeRow(
        visit.partner,
        f"employee#{employee_id}",
        first_name=values["first_name"],
        last_name=values["last_name"],
        email=values["email"],
        role=values["role"],
        bookable=values["bookable"],
        active=True,
        created_at=visit.at,
    )
    change = Change(visit)
    login_for(change, row, employee_id, password_hash=passwords.unusable())
    change.put_new(row)
    version.bump(change, visit.partner)
    record.fact(change, visit, facts.EMPLOYEE_ADDED, subject=("employee", employee_id))
    return change.done({**find.employee_of(row).shown(), **also})


def login_for(
    change: Change, row: EmployeeRow, employee_id: str, *, password_hash: str, factor: Mapping[str, Any] | None = None
) -> None:
    """Add to `change` a way to sign in for an employee; it fails with `email_in_use` unless the address is free.

    `factor` is the second factor (`second_factor.of`) that somebody brings along. An account that nobody has confirmed yet does not hold an address against somebody who is really there.
    """
    change.put(
        LoginRow(
            logins.key(row.email),
            "-",
            partner_id=row.pk,
            employee_id=employee_id,
            password_hash=password_hash,
            role=row.role,
            status="active",
            **(factor or {}),
        ),
        LoginRow.pk.does_not_exist() | (LoginRow.status == "pending"),
        lost=lambda: invalid("email", "email_in_use"),
    )
