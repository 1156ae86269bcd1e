"""When an employee can be booked at all: hours, public holidays and absences of an offer, as one mask."""

from datetime import date, timedelta

from chalicelib.offering import holidays, hours_rules
from chalicelib.offering.find import Offer


def mask(offer: Offer, employee_id: str, *, first_utc_day: date, days: int) -> int:
    """The open atoms of one employee over a range of UTC days (bit i: i * 5 minutes after it begins); 0 without hours."""
    hours = offer.hours.get(employee_id)
    if hours is None:
        return 0
    return hours_rules.open_mask(
        hours,
        first_utc_day=first_utc_day,
        days=days,
        zone=offer.partner.timezone,
        holidays=_holidays(offer, first_utc_day, days),
        absences=[(a.start_at, a.end_at) for a in offer.absences if a.employee_id in (None, employee_id)],
    )


def _holidays(offer: Offer, first_utc_day: date, days: int) -> frozenset[date]:
    if offer.partner.country != "CH":
        return frozenset()
    # A local date may begin or end a day away from the UTC day.
    first_on, last_on = first_utc_day - timedelta(days=1), first_utc_day + timedelta(days=days)
    return holidays.between(offer.partner.canton, first_on, last_on)
