"""Revoke a feed: from this moment its address leads nowhere."""

from typing import Any

from chalicelib.activity import record
from chalicelib.calendars import facts, find
from chalicelib.calendars.records import FeedRow
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.refusals import Missing
from chalicelib.plumbing.visit import Visit


def feed(visit: Visit, employee_id: str, feed_id: str) -> dict[str, Any]:
    """Remove a feed. Raises Missing and Forbidden."""
    change = Change(visit)
    change.delete(find.own_feed(visit, employee_id, feed_id), FeedRow.pk.exists(), lost=Missing)
    told = {"employee_id": employee_id}
    record.fact(change, visit, facts.FEED_REVOKED, subject=("calendar_feed", feed_id), detail=told)
    return change.done({})
