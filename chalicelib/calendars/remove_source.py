"""Disconnect a calendar: its address, its password and its busy times go at once, and nobody calls it any more."""

from typing import Any

from chalicelib.activity import record
from chalicelib.booking import busy
from chalicelib.calendars import facts, find
from chalicelib.calendars.records import SourceRow
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.refusals import Missing
from chalicelib.plumbing.visit import Visit


def source(visit: Visit, employee_id: str, source_id: str) -> dict[str, Any]:
    """Remove a source. Raises Missing and Forbidden.

    Should we die between the two steps, its row in the outbox finds that there is no source, and takes the times away.
    """
    change = Change(visit)
    change.delete(find.own_source(visit, employee_id, source_id), SourceRow.pk.exists(), lost=Missing)
    told = {"employee_id": employee_id}
    record.fact(change, visit, facts.SOURCE_REMOVED, subject=("calendar_source", source_id), detail=told)
    done = change.done({})
    busy.forget(visit.partner, employee_id, source_id)
    return done
