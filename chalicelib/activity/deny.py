"""Write down that somebody was turned away, and why."""

from chalicelib.activity import facts, record
from chalicelib.plumbing import log
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.refusals import Unavailable
from chalicelib.plumbing.visit import Visit


def attempt(visit: Visit, code: str) -> None:
    """One fact for one denial. Should the table be away, the denial still stands and our own log says so."""
    change = Change(visit)
    try:
        record.fact(change, visit, facts.DENIED, detail={"code": code})
        change.commit()
    except Unavailable:
        log.warning("activity.denial_not_recorded", code=code)
