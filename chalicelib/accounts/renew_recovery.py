"""New recovery codes: the old ones are good for nothing from then on."""

from typing import Any

from chalicelib.accounts import facts, prove, recovery, second_factor
from chalicelib.accounts.records import LoginRow
from chalicelib.activity import record
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.refusals import Conflict, invalid
from chalicelib.plumbing.visit import Visit


def codes(visit: Visit, *, code: str, password: str) -> dict[str, Any]:
    """`{recovery_codes}`, shown this once.

    Raises Invalid `wrong_password` or `wrong_code`, Conflict `second_factor_off`, TooMany, Forbidden for a program.
    """
    row = prove.password(visit, password)
    if not second_factor.is_on(row):
        raise Conflict("second_factor_off")
    proof = second_factor.proven(row, code, visit.at)
    if proof is None:
        raise second_factor.refused(visit)
    fresh, stored = recovery.made()
    # A recovery code is used up with all others; of a code of the app it has to be written down.
    used = proof.actions if proof.how == "code" else ()
    change = Change(visit)
    change.update(
        row,
        [*used, LoginRow.factor_codes.set(stored)],
        second_factor.unchanged(row),
        lost=lambda: invalid("code", "wrong_code"),
    )
    record.fact(change, visit, facts.RECOVERY_RENEWED, subject=("employee", row.employee_id))
    return change.done({"recovery_codes": fresh})
