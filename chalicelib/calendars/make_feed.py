"""Make a feed of an employee's appointments; its address, which is its key, is shown this once."""

from typing import Any

from chalicelib.activity import record
from chalicelib.calendars import facts, find, rules
from chalicelib.calendars.records import FeedRow
from chalicelib.plumbing import ids, keyring, settings
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.refusals import Conflict, Forbidden, Missing
from chalicelib.plumbing.visit import Visit


def feed(visit: Visit, employee_id: str, *, detail: str, absences: bool) -> dict[str, Any]:
    """A new feed: `{id, url}`. Raises Missing, Forbidden, Conflict `feeds_full` after five."""
    if not find.employee(visit, employee_id).active:
        raise Missing
    if detail == "customer" and not rules.may_name_customers(visit.role):
        raise Forbidden("feed_names")
    if len(find.feed_rows(visit.partner, employee_id)) >= rules.MOST_FEEDS:
        raise Conflict("feeds_full")
    feed_id = ids.new(visit.at)
    secret = ids.secret()
    change = Change(visit)
    change.put_new(
        FeedRow(
            find.partition(visit.partner),
            f"feed#{feed_id}",
            employee_id=employee_id,
            detail=detail,
            absences=absences,
            secret_hash=keyring.digest(secret),
            created_at=visit.at,
            created_by=visit.employee_id,
        )
    )
    told = {"employee_id": employee_id, "detail": detail, "absences": absences}
    record.fact(change, visit, facts.FEED_MADE, subject=("calendar_feed", feed_id), detail=told)
    url = f"{settings.get().public_url}/calendars/{visit.partner}{feed_id}{secret}.ics"
    return change.done({"id": feed_id, "employee_id": employee_id, "url": url})
