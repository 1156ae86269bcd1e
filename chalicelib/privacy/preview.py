"""What goes in the coming nights, what waits for a hold, and what should have gone and is still there: a purge that only looks."""

from collections import Counter
from datetime import date, datetime, time, timedelta
from typing import Any

from chalicelib.plumbing import shards, table
from chalicelib.privacy import rooms, standing
from chalicelib.privacy.purge import KEY
from chalicelib.privacy.records import PurgeRow

NIGHTS = 7
_HOUR = time(2)  # when the purge begins, UTC (privacy.jobs)


def of_partner(partner_id: str, at: datetime) -> dict[str, Any]:
    """`{tonight_on, items, overdue, holds}` of one account: counts of each class for the coming nights.

    One Query for each table and night; nothing is changed, and a night may still find less: a booking moves a date.
    """
    tonight_on = at.date() if at.time() < _HOUR else at.date() + timedelta(days=1)
    coming = [tonight_on + timedelta(days=n) for n in range(NIGHTS)]
    return {
        "tonight_on": tonight_on,
        "items": [line for on in coming for line in _due(partner_id, on)],
        "overdue": [line for on in _late(at) for line in _due(partner_id, on)],
        "holds": [
            {"id": one["id"], "until": one["until"], "waiting": one["waiting"], "by": one["by"]}
            for one in standing.listed(partner_id, at.date())
        ],
    }


def overdue(at: datetime) -> list[dict[str, Any]]:
    """What all partners together have that should have gone before today (UTC): empty in normal life."""
    return [line for on in _late(at) for line in _due(None, on)]


def _late(at: datetime) -> list[date]:
    """The days that the purge has to look at again: where it is stuck, up to yesterday."""
    stuck = table.get(PurgeRow, *KEY)
    since = min(stuck.next_on, at.date()) if stuck else at.date()
    return [since + timedelta(days=n) for n in range((at.date() - since).days)]


def _due(partner_id: str | None, on: date) -> list[dict[str, Any]]:
    counts: Counter[str] = Counter()
    bounds = {} if partner_id is None else {"first": partner_id, "last": partner_id + "\uffff"}
    for name in standing.TABLES:
        for shard in range(shards.EXPIRY_SHARDS):
            due = f"{on.isoformat()}#{shard}"
            for item in table.walk(name, due, index=table.EXPIRY, **bounds):
                found = rooms.shelf(name, item["pk"]["S"], item["sk"]["S"], due)
                counts[found.retention if found else "unknown"] += 1
    return [{"class": name, "on": on, "count": count} for name, count in sorted(counts.items())]
