"""Take the permission to count back: the number is forgotten with the cookie, and nothing more is counted."""

from typing import Any

from chalicelib.activity import record
from chalicelib.analytics import counting_pass, facts
from chalicelib.consent import withdraw
from chalicelib.plumbing.change import Change, settled
from chalicelib.plumbing.visit import Visit


def counting(visit: Visit) -> dict[str, Any]:
    """Nothing to answer; whoever never agreed is told nothing else. Raises Unavailable when the wishes of one person keep crossing."""

    def decide(change: Change) -> None:
        if visit.employee_id:
            withdraw.consent(change, visit, counting_pass.PURPOSE, person=visit.employee_id)
        else:
            record.fact(change, visit, facts.ENDED)

    return settled(visit, decide)


def cookie(_result: dict[str, Any], _visit: Visit) -> dict[str, str]:
    """For the `after` of the door: the cookie goes."""
    return {"Set-Cookie": counting_pass.taken_back()}
