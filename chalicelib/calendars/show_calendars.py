"""The page of one employee's calendars: which outside calendars are asked, and who has subscribed to theirs."""

from chalicelib.calendars import find, rules
from chalicelib.offering import find as offering
from chalicelib.plumbing.door import ADMINS
from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """Both lists, whichever of them was asked for."""
    visit, employee_id = sheet.visit, sheet.parameters["id"]
    employee = find.employee(visit, employee_id)
    sources = [
        {
            **one,
            "refresh": sheet.form("busy-source-refresh", id=employee_id, source_id=one["id"]),
            "remove": f"/forms/busy-source-remove?id={employee_id}&source_id={one['id']}",
        }
        for one in find.sources(visit, employee_id)["items"]
    ]
    feeds = [
        {**one, "revoke": f"/forms/calendar-feed-revoke?id={employee_id}&feed_id={one['id']}"}
        for one in find.feeds(visit, employee_id)["items"]
    ]
    return Page(
        "calendars/pages/calendars.html",
        {
            "person": f"{employee.first_name} {employee.last_name}",
            "employee_id": employee_id,
            "active": employee.active,
            "zone": offering.offer_as_known(visit.partner).partner.timezone,
            "sources": sources,
            "feeds": feeds,
            "more_sources": len(sources) < rules.MOST_SOURCES,
            "more_feeds": len(feeds) < rules.MOST_FEEDS,
            "stale_days": rules.STALE_AFTER.days,
            "to_team": visit.role in ADMINS,
        },
    )
