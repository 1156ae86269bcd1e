"""End all of one's own sessions but the one that asks for it: a computer was left open, or somebody may know too much."""

from typing import Any

from chalicelib.accounts import facts
from chalicelib.activity import record
from chalicelib.plumbing import sessions
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.refusals import Forbidden
from chalicelib.plumbing.visit import Visit


def own(visit: Visit) -> dict[str, Any]:
    """End them all, those of the same moment too. Raises Forbidden for a program, which has no session."""
    if visit.source == "api" or visit.employee_id is None:
        raise Forbidden("sign_in_only")
    change = Change(visit)
    record.fact(change, visit, facts.SESSIONS_ENDED, subject=("employee", visit.employee_id))
    # Before the change, so that no crash leaves them under a fact that says they ended.
    sessions.end_all(visit.employee_id, but=visit.session)
    return change.done({})
