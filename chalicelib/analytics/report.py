"""Report an event to Google Analytics, at most three times and never twice to where it may have arrived; then it is given up.

The vendor cannot tell a repetition from another visit, so that what may have been counted is not sent again.
"""

from datetime import datetime, timedelta

from chalicelib.activity import outbox, record
from chalicelib.activity.calls import Calls
from chalicelib.analytics import counting_pass, ga4
from chalicelib.plumbing import egress, log, outcomes
from chalicelib.plumbing.change import Change
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
    in_doubt = row.tried_at is not None and row.tried_at < visit.at  # a worker died of it, or never heard the answer
    with Calls(visit, claimed=row) as calls:
        if counting_pass.is_offered() and visit.at - at < TOO_OLD and not in_doubt:
            payload = ga4.payload(str(body["client"]), str(body["name"]), body["params"], at=at)
            try:
                ga4.collect(payload, disclosure(row), calls)
            except outcomes.Later:
                if row.attempts < MOST_TRIES:
                    raise
            except outcomes.Unknown as unknown:
                log.warning("counting.in_doubt", why=unknown.reason)
            except egress.NotAllowed as mistake:
                log.error("counting.not_allowed", mistake)
        change = Change(visit)
        calls.add(change)
        outbox.remove(change, row)
        change.done()


def give_up(visit: Visit, row: outbox.Row) -> None:
    """Let a row go that no worker could finish. Nobody is told: nothing depends on it."""
    change = Change(visit)
    outbox.remove(change, row)
    change.done()


def disclosure(_row: outbox.Row) -> egress.Disclosure:
    """What an event tells its vendor, and why it may."""
    listed = egress.GA4
    return egress.Disclosure(listed.vendor, listed.purpose, listed.legal_basis, ("meta",), "visitor", record.NOBODY)
