"""How well a partner's open time is used, by weekday and hour: read from the calendar itself, in one Query."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.booking import calendar, days, utilisation_rules
from chalicelib.offering import find as offering
from chalicelib.offering import hours_rules, opening


def shares(partner_id: str, *, first_on: date, last_on: date, at: datetime) -> list[dict[str, Any]]:
    """`{weekday, hour, share}` for each hour of the week that was open on the local dates `first_on` to `last_on`.

    The share is of the open time of everybody who can be booked, buffers included in what is taken; it is measured by the
    hours and absences as they are now. Days whose calendar is no longer kept (days.KEPT_DAYS) are left out. Raises Missing.
    """
    offer = offering.offer(partner_id)
    zone = offer.partner.timezone
    first_on = max(first_on, at.astimezone(ZoneInfo(zone)).date() - timedelta(days=days.KEPT_DAYS - 1))
    if last_on < first_on:
        return []
    # A local day lies within three UTC days, whatever the zone.
    first_utc_day, length = first_on - timedelta(days=1), (last_on - first_on).days + 3
    taken = calendar.read(partner_id, first_utc_day=first_utc_day, days=length)
    hours = utilisation_rules.hours(hours_rules.stretches(first_utc_day, length, zone), first_on, last_on)
    people = [one.id for one in offer.employees.values() if one.bookable and one.active]
    calendars = (
        (opening.mask(offer, one, first_utc_day=first_utc_day, days=length), taken.masks.get(one, 0)) for one in people
    )
    return [
        {"weekday": utilisation_rules.WEEKDAYS[weekday], "hour": hour, "share": share}
        for (weekday, hour), share in utilisation_rules.shares(hours, calendars).items()
    ]
