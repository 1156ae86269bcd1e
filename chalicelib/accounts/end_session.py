"""End one of one's own sessions, wherever it was opened."""

from typing import Any

from chalicelib.accounts import facts, prove
from chalicelib.activity import record
from chalicelib.plumbing import sessions
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.refusals import Forbidden, Missing
from chalicelib.plumbing.visit import Visit


def own(visit: Visit, name: str, *, password: str) -> dict[str, Any]:
    """End the visitor's session of this name.

    With the password, so that a session that was stolen cannot shut its owner out (OWASP ASVS 5.0, 7.5.2). Raises Missing,
    also for somebody else's, Invalid `wrong_password`, TooMany, Forbidden for a program.
    """
    if visit.source == "api" or visit.employee_id is None:
        raise Forbidden("sign_in_only")
    key = next(
        (one.sk for one in sessions.living(visit.employee_id, visit.at) if sessions.called(one.sk) == name), None
    )
    if key is None:
        raise Missing
    prove.password(visit, password)
    change = Change(visit)
    sessions.end(change, visit.employee_id, key)
    record.fact(change, visit, facts.SESSION_ENDED, subject=("employee", visit.employee_id))
    return change.done({})
