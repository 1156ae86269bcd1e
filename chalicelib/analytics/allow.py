"""Allow the counting: from now on, and only in this browser, visits are counted under a number that means nobody."""

from datetime import datetime
from typing import Any

from chalicelib.activity import record
from chalicelib.analytics import counting_pass, facts
from chalicelib.consent import grant, purposes
from chalicelib.plumbing import clock
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.refusals import Missing, Unavailable
from chalicelib.plumbing.table import Stale
from chalicelib.plumbing.visit import Visit

_MOST_ATTEMPTS = 8


def counting(visit: Visit) -> dict[str, Any]:
    """`{text_version, expires_at}`. The number stands in the cookie alone; of a stranger no more than the yes is written down.

    Raises Missing where there is no counting or a program asks, and Unavailable when the wishes of one person keep crossing.
    """
    if not counting_pass.is_offered() or visit.source == "api":
        raise Missing
    until = clock.text(visit.at + counting_pass.LIFE)
    for attempt in range(_MOST_ATTEMPTS):
        change = Change(visit, attempt=attempt)
        if visit.employee_id:
            grant.consent(change, visit, counting_pass.PURPOSE, person=visit.employee_id)
        else:
            record.fact(change, visit, facts.ALLOWED)
        try:
            return change.done({"text_version": purposes.version(counting_pass.PURPOSE), "expires_at": until})
        except Stale:
            continue
    raise Unavailable


def cookie(result: dict[str, Any], visit: Visit) -> dict[str, str]:
    """For the `after` of the door: the cookie. A form that is sent again gives the same, with the same end."""
    assert visit.once is not None
    until = datetime.fromisoformat(str(result["expires_at"]))
    client = visit.once.secret("counting")[:32]
    return {"Set-Cookie": counting_pass.given(client, at=visit.at, expires_at=until)}
