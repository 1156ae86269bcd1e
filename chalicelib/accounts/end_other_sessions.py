"""End all of one's own sessions but the one that asks for it: a computer was left open, or somebody may know too much."""

from typing import Any

from chalicelib.accounts import facts, prove
from chalicelib.activity import record
from chalicelib.plumbing import sessions
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.visit import Visit


def own(visit: Visit, *, password: str) -> dict[str, Any]:
    """End them all. Raises Invalid `wrong_password`, TooMany, Forbidden for a program, which has no session."""
    prove.password(visit, password)
    assert visit.employee_id is not None
    change = Change(visit)
    record.fact(change, visit, facts.SESSIONS_ENDED, subject=("employee", visit.employee_id))
    # Before the change, so that no crash leaves them under a fact that says they ended.
    sessions.end_all(visit.employee_id, but=visit.session)
    return change.done({})
