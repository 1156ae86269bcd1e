"""Have a calendar read now and not only when it is due."""

from typing import Any

from chalicelib.activity import outbox
from chalicelib.calendars import add_source, find
from chalicelib.calendars.records import SourceRow
from chalicelib.plumbing import limits
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.database import Stale
from chalicelib.plumbing.limits import Limit
from chalicelib.plumbing.refusals import Missing
from chalicelib.plumbing.visit import Visit

PER_SOURCE = Limit("calendar_refresh", 5, 300, "calendar_source")
LIMITS = (PER_SOURCE,)


def source(visit: Visit, employee_id: str, source_id: str) -> dict[str, Any]:
    """Queue a reading of the whole calendar; the source as it is. Raises Missing, Forbidden, TooMany."""
    row = find.own_source(visit, employee_id, source_id)
    limits.count(PER_SOURCE, source_id, at=visit.at)
    change = Change(visit)
    change.update(row, [SourceRow.next_at.set(visit.at), SourceRow.mark.remove()], SourceRow.pk.exists(), lost=Missing)
    row.next_at = visit.at
    outbox.hasten(change, visit, add_source.outbox_id(source_id))
    try:
        return change.done(find.source_shown(row))
    except Stale:
        return find.source_shown(row)  # it is being read at this very moment
