"""Switch the second factor off, with the password and a code: neither alone is enough."""

from typing import Any

from chalicelib.accounts import facts, prove, second_factor
from chalicelib.activity import record
from chalicelib.plumbing import sessions
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.refusals import Conflict, invalid
from chalicelib.plumbing.visit import Visit


def own(visit: Visit, *, code: str, password: str) -> dict[str, Any]:
    """Forget the secret and the recovery codes. All other sessions of the person end.

    Raises Invalid `wrong_password` or `wrong_code`, Conflict `second_factor_off`, TooMany, Forbidden for a program.
    """
    row = prove.password(visit, password)
    if not second_factor.is_on(row):
        raise Conflict("second_factor_off")
    if second_factor.proven(row, code, visit.at) is None:
        raise second_factor.refused(visit)
    change = Change(visit)
    change.update(
        row, second_factor.taken_off(), second_factor.unchanged(row), lost=lambda: invalid("code", "wrong_code")
    )
    record.fact(change, visit, facts.FACTOR_OFF, subject=("employee", row.employee_id))
    # Before the change, so that no crash leaves them; after it, for one that was opened in between.
    sessions.end_all(row.employee_id, but=visit.session)
    result = change.done({})
    sessions.end_all(row.employee_id, but=visit.session)
    return result
