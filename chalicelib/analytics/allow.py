"""Allow the counting: from now on, and only in this browser, visits are counted under a number that means nobody."""

from datetime import datetime
from typing import Any

from chalicelib.activity import record
from chalicelib.analytics import counting_pass, facts
from chalicelib.consent import grant, purposes
from chalicelib.plumbing import clock
from chalicelib.plumbing.change import Change, settled
from chalicelib.plumbing.refusals import Missing
from chalicelib.plumbing.visit import Visit


def counting(visit: Visit) -> dict[str, Any]:
    """`{text_version, expires_at}`. The number stands in the cookie alone; of a stranger no more than the yes is written down.

    Raises Missing where there is no counting or a program asks, and Unavailable when the wishes of one person keep crossing.
    """
    if not counting_pass.is_offered() or visit.source == "api":
        raise Missing
    until = clock.text(visit.at + counting_pass.LIFE)

    def decide(change: Change) -> dict[str, Any]:
        if visit.employee_id:
            grant.consent(change, visit, counting_pass.PURPOSE, person=visit.employee_id)
        else:
            record.fact(change, visit, facts.ALLOWED)
        return {"text_version": purposes.version(counting_pass.PURPOSE), "expires_at": until}

    return settled(visit, decide)


def cookie(result: dict[str, Any], visit: Visit) -> dict[str, str]:
    """For the `after` of the door: the cookie. A form that is sent again gives the same, with the same end."""
    assert visit.once is not None
    until = datetime.fromisoformat(str(result["expires_at"]))
    client = visit.once.secret("counting")[:32]
    return {"Set-Cookie": counting_pass.given(client, at=visit.at, expires_at=until)}
