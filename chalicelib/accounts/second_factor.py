"""A person's second factor: whether they have one, whether a code is theirs, and what of the row it must not change under."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.accounts import facts, find, logins, recovery, totp
from chalicelib.accounts.records import LoginRow
from chalicelib.activity import record
from chalicelib.plumbing import limits
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.limits import Limit
from chalicelib.plumbing.refusals import Forbidden, Invalid, invalid
from chalicelib.plumbing.visit import Visit

# Whoever knows the password may still guess: NIST SP 800-63B-4, 3.2.2 wants a bound for each account, whatever the address.
LIMIT = Limit("second_factor_code", 10, 3600, "employee")
LIMITS = (LIMIT,)
_ATTRIBUTES = ("factor_secret", "factor_since", "factor_step", "factor_codes")


@dataclass(frozen=True, slots=True)
class Proof:
    """A code that was right: how it was proven, and what uses it up in the transaction that lets somebody go on."""

    how: str  # code, recovery
    actions: tuple[Any, ...]


def shown(visit: Visit) -> dict[str, Any]:
    """The visitor's own: `{on, since, recovery_codes_left}`. Raises Forbidden for a program."""
    row = own_row(visit)
    left = len(row.factor_codes["left"]) if row.factor_codes else 0
    return {"on": is_on(row), "since": row.factor_since, "recovery_codes_left": left}


def is_on(row: LoginRow) -> bool:
    """Whether the person of this row has one."""
    return row.factor_since is not None


def own_row(visit: Visit) -> LoginRow:
    """The way in of whoever is signed in. Raises Forbidden for a program, which has none."""
    if visit.source == "api" or visit.employee_id is None:
        raise Forbidden("sign_in_only")
    person = find.employee(visit.partner, visit.employee_id)
    row = logins.of(person.email) if person else None
    if row is None or row.employee_id != visit.employee_id:
        raise Forbidden("sign_in_only")
    return row


def proven(row: LoginRow, given: str, at: datetime) -> Proof | None:
    """What uses up this code of the app or recovery code of the person of `row`, or None for a wrong or used one.

    Every try counts against the person. Raises TooMany.
    """
    limits.count(LIMIT, row.employee_id, at=at)
    plain = given.replace(" ", "")
    if plain.isascii() and plain.isdigit() and len(plain) == totp.DIGITS:
        step = totp.matching(totp.secret(row.factor_secret), plain, at, after=int(row.factor_step))
        return None if step is None else Proof("code", (LoginRow.factor_step.set(step),))
    left = recovery.used(row.factor_codes, given)
    return None if left is None else Proof("recovery", (LoginRow.factor_codes.set(left),))


def refused(visit: Visit) -> Invalid:
    """The refusal of a wrong code before a sensitive step, written down like a wrong password (`prove.password`)."""
    change = Change(visit)
    record.fact(change, visit, facts.NOT_PROVEN, subject=("employee", visit.employee_id or ""))
    change.commit()  # not `done`: the form stays good for another try
    return invalid("code", "wrong_code")


def unchanged(row: LoginRow) -> Any:
    """The condition that the factor is as it was read: no code was used meanwhile, and it was not switched on or off."""
    if not is_on(row):
        return LoginRow.factor_since.does_not_exist()
    return (
        (LoginRow.factor_since == row.factor_since)
        & (LoginRow.factor_step == row.factor_step)
        & (LoginRow.factor_codes == row.factor_codes)
    )


def taken_off() -> list[Any]:
    """What takes it off a row."""
    return [getattr(LoginRow, name).remove() for name in _ATTRIBUTES]


def of(row: LoginRow) -> dict[str, Any]:
    """It as attributes, for the row of a new mail address of the same person; empty without one."""
    return {name: getattr(row, name) for name in _ATTRIBUTES if getattr(row, name) is not None}
