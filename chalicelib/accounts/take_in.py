"""Take people into the team from a file, each with an open change that the import leads: first their addresses, then themselves."""

from collections.abc import Mapping
from typing import Any

from chalicelib.accounts import employ, facts, logins, passwords, version
from chalicelib.accounts.records import EmployeeRow, LoginRow
from chalicelib.activity import record
from chalicelib.plumbing import table
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.visit import Visit

BY_FILE = ("first_name", "last_name", "bookable")
"""What a file may change of somebody who is here; role, address and whether they work here are changed by hand."""


def address(change: Change, visit: Visit, employee_id: str, *, email: str, role: str) -> None:
    """Keep with `change` the mail address of somebody to come; it fails with Invalid `email_in_use` unless it is free."""
    row = EmployeeRow(visit.partner, f"employee#{employee_id}", email=email, role=role)
    employ.login_for(change, row, employee_id, password_hash=passwords.unusable())


def give_back(change: Change, visit: Visit, employee_id: str, *, email: str) -> None:
    """Give an address back with `change` that `address` kept."""
    row = logins.of(email)
    if row is not None and row.partner_id == visit.partner and row.employee_id == employee_id:
        change.delete(row, LoginRow.employee_id == employee_id)


def free_addresses(emails: Mapping[str, str], *, partner_id: str) -> frozenset[str]:
    """Those of these addresses (by employee id) with which somebody new can sign in here. One read each."""
    taken = {one: row for one, email in emails.items() if (row := logins.of(email)) is not None}
    return frozenset(one for one in emails if one not in taken or taken[one].status == "pending")


def person(change: Change, visit: Visit, employee_id: str, *, values: Mapping[str, Any], tell: bool) -> None:
    """Put somebody into `change`: new, with the address that was kept, or with what differs. One read.

    They are invited to set a password only if `tell`; else somebody does that by hand.
    """
    row = table.get(EmployeeRow, visit.partner, f"employee#{employee_id}")
    subject = ("employee", employee_id)
    if row is None:
        change.put_new(EmployeeRow(visit.partner, f"employee#{employee_id}", created_at=visit.at, **values))
        version.bump(change, visit.partner)
        invited = tell and values["active"]
        record.fact(change, visit, facts.EMPLOYEE_ADDED if invited else facts.EMPLOYEE_TAKEN_IN, subject=subject)
        return
    names = (*BY_FILE, "origin_id")
    fields = [one for one in names if values.get(one) is not None and values[one] != getattr(row, one)]
    if fields:
        change.update(row, [getattr(EmployeeRow, one).set(values[one]) for one in fields], EmployeeRow.pk.exists())
        version.bump(change, visit.partner)
        record.fact(change, visit, facts.EMPLOYEE_CHANGED, subject=subject, detail={"fields": sorted(fields)})
