"""Switch the second factor on: nothing is kept before the first code shows that the app has the secret."""

import hmac
import os
from typing import Any

from chalicelib.accounts import facts, prove, recovery, second_factor, totp
from chalicelib.accounts.records import LoginRow
from chalicelib.activity import record
from chalicelib.plumbing import keyring, limits, sessions
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.refusals import Conflict
from chalicelib.plumbing.visit import Visit

_OURS = 10  # bytes of a secret that chance makes; the others prove that it was offered in this very session


def offered(visit: Visit, given: str) -> str:
    """A secret for the visitor's app: `given` if this session was offered it before, else a new one.

    A page that comes again after a wrong code has to show the same; one that a link from elsewhere brings along must not
    become anybody's secret. Raises Conflict `second_factor_on`, Forbidden for a program.
    """
    if second_factor.is_on(second_factor.own_row(visit)):
        raise Conflict("second_factor_on")
    return given if _is_ours(visit, given) else totp.text(_with_proof(visit, os.urandom(_OURS), keyring.key("factor")))


def own(visit: Visit, secret: str, *, code: str, password: str) -> dict[str, Any]:
    """Keep the secret: `{since, recovery_codes}`, the codes shown this once. All other sessions of the person end.

    Raises Invalid `wrong_password` or `wrong_code`, Conflict `second_factor_on`, TooMany, Forbidden for a program.
    """
    row = prove.password(visit, password)
    if second_factor.is_on(row):
        raise Conflict("second_factor_on")
    limits.count(second_factor.LIMIT, row.employee_id, at=visit.at)
    step = (
        totp.matching(totp.secret(secret), code.replace(" ", ""), visit.at, after=0)
        if _is_ours(visit, secret)
        else None
    )
    if step is None:
        raise second_factor.refused(visit)
    codes, stored = recovery.made()
    change = Change(visit)
    change.update(
        row,
        [
            LoginRow.factor_secret.set(secret),
            LoginRow.factor_since.set(visit.at),
            LoginRow.factor_step.set(step),
            LoginRow.factor_codes.set(stored),
        ],
        second_factor.unchanged(row) & (LoginRow.employee_id == row.employee_id),
        lost=lambda: Conflict("second_factor_on"),
    )
    record.fact(change, visit, facts.FACTOR_ON, subject=("employee", row.employee_id))
    # Before the change, so that no crash leaves them; after it, for one that was opened in between.
    sessions.end_all(row.employee_id, but=visit.session)
    result = change.done({"since": visit.at, "recovery_codes": codes})
    sessions.end_all(row.employee_id, but=visit.session)
    return result


def _is_ours(visit: Visit, given: str) -> bool:
    try:
        plain = totp.secret(given)
    except ValueError:
        return False
    made = [_with_proof(visit, plain[:_OURS], key) for key in keyring.keys("factor")]
    return any(hmac.compare_digest(plain, one) for one in made)


def _with_proof(visit: Visit, chance: bytes, key: bytes) -> bytes:
    assert visit.session is not None
    proof = hmac.new(key, visit.session.encode() + b"/" + chance, "sha256").digest()
    return chance + proof[: totp.SECRET_BYTES - _OURS]
