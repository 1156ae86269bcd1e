"""Report an event to Google Analytics, at most three times and never twice to where it may have arrived; then it is given up.

The vendor cannot tell a repetition from another visit, so that what may have been counted is not sent again.
"""

from datetime import datetime, timedelta

from chalicelib.activity import facts as disclosed
from chalicelib.activity import outbox, record
from chalicelib.analytics import counting_pass, ga4
from chalicelib.plumbing import egress, log, outcomes
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.database import Stale
from chalicelib.plumbing.visit import Visit

MOST_TRIES = 3
TOO_OLD = timedelta(hours=72)  # the vendor takes nothing older


def event(visit: Visit, row: outbox.Row) -> None:
    """Work on a claimed row of the task `count`. Raises Later for the worker, and Stale.

    Every call that may have arrived leaves a disclosure, of nobody: the number is not written into it. When all is over
    the row is gone, whatever came of it.
    """
    body = row.body or {}
    at = datetime.fromisoformat(str(body["minute"]))
    told: list[egress.Disclosure] = []
    problem: outcomes.Later | None = None
    in_doubt = row.tried_at is not None and row.tried_at < visit.at  # a worker died of it, or never heard the answer
    if counting_pass.is_offered() and visit.at - at < TOO_OLD and not in_doubt:
        payload = ga4.payload(str(body["client"]), str(body["name"]), body["params"], at=at)
        try:
            ga4.collect(payload, _disclosure(), told)
        except outcomes.Later as later:
            problem = later if row.attempts < MOST_TRIES else None
        except outcomes.Unknown as unknown:
            log.warning("counting.in_doubt", why=unknown.reason)
        except egress.NotAllowed as mistake:
            log.error("counting.not_allowed", mistake)
    change = Change(visit)
    _note(change, visit, told)
    if problem is None:
        outbox.remove(change, row)
    try:
        change.done()
    except Stale:
        alone = Change(visit)
        _note(alone, visit, told)
        alone.done()
        raise
    if problem is not None:
        raise problem


def give_up(visit: Visit, row: outbox.Row) -> None:
    """Let a row go that no worker could finish. Nobody is told: nothing depends on it."""
    change = Change(visit)
    outbox.remove(change, row)
    change.done()


def _disclosure() -> egress.Disclosure:
    listed = egress.GA4
    return egress.Disclosure(listed.vendor, listed.purpose, listed.legal_basis, ("meta",), "visitor", record.NOBODY)


def _note(change: Change, visit: Visit, told: list[egress.Disclosure]) -> None:
    for one in told:
        detail = {
            "recipient": one.recipient,
            "purpose": one.purpose,
            "legal_basis": one.legal_basis,
            "categories": list(one.categories),
            "country": egress.GA4.country,
        }
        subject = (one.subject_kind, one.subject_id)
        record.fact(change, visit, disclosed.DISCLOSED, subject=subject, detail=detail)
