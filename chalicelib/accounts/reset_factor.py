"""Take the second factor off somebody of the team who has lost the telephone and the recovery codes."""

from typing import Any

from chalicelib.accounts import facts, find, logins, prove, rules, second_factor
from chalicelib.accounts.records import LoginRow
from chalicelib.activity import record
from chalicelib.plumbing import ids, sessions
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.refusals import Conflict, Forbidden, Missing
from chalicelib.plumbing.visit import Visit


def may(visit: Visit, employee_id: str) -> LoginRow:
    """The row of somebody whose second factor the visitor may take off.

    One's own goes only with a code. Raises Missing, Forbidden, Conflict `second_factor_off`.
    """
    if visit.source == "api":
        raise Forbidden("sign_in_only")
    person = find.employee(visit.partner, employee_id) if ids.is_id(employee_id) else None
    row = logins.of(person.email) if person is not None and person.active else None
    if person is None or row is None or row.employee_id != employee_id:
        raise Missing
    if employee_id == visit.employee_id or not rules.may_hire(visit.role or "", person.role):
        raise Forbidden("role_too_low")
    if not second_factor.is_on(row):
        raise Conflict("second_factor_off")
    return row


def employee(visit: Visit, employee_id: str, *, password: str) -> dict[str, Any]:
    """Forget their secret and recovery codes and end all their sessions; they are told by mail.

    Raises as `may` does, Invalid `wrong_password`, TooMany.
    """
    row = may(visit, employee_id)
    prove.password(visit, password)
    change = Change(visit)
    change.update(row, second_factor.taken_off(), LoginRow.employee_id == employee_id, lost=Missing)
    record.fact(change, visit, facts.FACTOR_RESET, subject=("employee", employee_id))
    # Before the change, so that no crash leaves them; after it, for one that was opened in between.
    sessions.end_all(employee_id)
    result = change.done({})
    sessions.end_all(employee_id)
    return result
