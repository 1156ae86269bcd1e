"""Where somebody is signed in: their own sessions, by names that open nothing."""

from typing import Any

from chalicelib.plumbing import sessions
from chalicelib.plumbing.refusals import Forbidden
from chalicelib.plumbing.visit import Visit


def own(visit: Visit) -> list[dict[str, Any]]:
    """Every living session of the visitor, the newest first: `{id, created_at, seen_at, ends_at, current}`.

    `seen_at` is true to ten minutes, since a session is not written for every page. One Query. Raises Forbidden for a program.
    """
    if visit.source == "api" or visit.employee_id is None:
        raise Forbidden("sign_in_only")
    rows = sorted(sessions.living(visit.employee_id, visit.at), key=lambda one: (one.created_at, one.sk), reverse=True)
    return [
        {
            "id": sessions.called(one.sk),
            "created_at": one.created_at,
            "seen_at": one.seen_at,
            "ends_at": one.created_at + sessions.LONGEST,
            "current": one.sk == visit.session,
        }
        for one in rows
    ]
