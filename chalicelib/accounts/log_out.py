"""Log out: the session is over at once, not only its cookie."""

from chalicelib.accounts import facts
from chalicelib.activity import record
from chalicelib.plumbing import sessions
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.refusals import Forbidden
from chalicelib.plumbing.visit import Visit


def session(visit: Visit) -> dict[str, object]:
    """End the session of this visit. Raises Forbidden for an API key, which has none."""
    if visit.source == "api" or visit.employee_id is None or visit.session is None:
        raise Forbidden("sign_in_only")
    change = Change(visit)
    sessions.end(change, visit.employee_id, visit.session)
    record.fact(change, visit, facts.LOGGED_OUT, subject=("employee", visit.employee_id))
    return change.done({})
