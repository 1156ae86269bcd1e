"""Why a day has no free time, as far as hours, holidays, lead time and horizon can tell: no table is asked."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.accounts.find import Employee
from chalicelib.booking import bitmap, rules, terms
from chalicelib.offering import holidays, hours_rules, opening
from chalicelib.offering.find import Offer, Service


def reasons(
    offer: Offer, service: Service, employees: Sequence[Employee], *, dates: Sequence[date], at: datetime
) -> dict[date, str]:
    """For local dates without a free time: `past`, `far`, `holiday`, `closed`, `soon`, or `full` where nothing else explains it."""
    if not dates:
        return {}
    zone, asked = offer.partner.timezone, terms.of(service)
    today = at.astimezone(ZoneInfo(zone)).date()
    last_on = (at + timedelta(days=service.horizon_days)).astimezone(ZoneInfo(zone)).date()
    reach = rules.reach(min(dates), max(dates), zone=zone, terms=asked)
    first_utc_day, days = reach.first_utc_day, reach.days
    grid = hours_rules.grid_mask(service.interval_minutes, first_utc_day=first_utc_day, days=days, zone=zone)
    window = rules.window(at, asked, first_utc_day=first_utc_day, days=days)
    possible = 0
    for one in employees:
        opened = opening.mask(offer, one.id, first_utc_day=first_utc_day, days=days)
        possible |= bitmap.runs(opened, asked.duration_atoms) & grid
    off = holidays.between(offer.partner.canton, min(dates), max(dates)) if offer.partner.country == "CH" else ()

    def why(on: date) -> str:
        if on < today:
            return "past"
        if on > last_on:
            return "far"
        starts = possible & hours_rules.dates_mask(on, on, first_utc_day=first_utc_day, days=days, zone=zone)
        if not starts:
            return "holiday" if on in off else "closed"
        if not starts & window:
            return "far" if on == last_on and on != today else "soon"
        return "full"

    return {on: why(on) for on in dates}
