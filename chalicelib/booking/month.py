"""A month of a service as a customer sees it: the days with free times, why the others have none, and where to look next."""

import calendar
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.accounts.find import Employee
from chalicelib.booking import gaps, rules, search
from chalicelib.offering.find import Offer, Service


@dataclass(frozen=True, slots=True)
class Day:
    """A local date: its free starts (ISO 8601 with offset, ascending), and without any the reason (`gaps.reasons`).

    `seats` is how many are left at each start, for a service of several; else it is empty.
    """

    on: date
    starts: tuple[str, ...]
    reason: str | None
    seats: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Month:
    """The month that is shown. `chosen` is the day that lies open; `nothing_until` the last day that was searched in vain.

    `before` and `after` are the first days of the months that can be turned to, `later` that from which a search goes on.
    """

    first_on: date
    weeks: tuple[tuple[Day | None, ...], ...]
    chosen: Day | None
    before: date | None
    after: date | None
    nothing_until: date | None
    later: date | None

    @property
    def seat_counts(self) -> list[int]:
        """Every number of seats left that there is in this month, once."""
        return sorted({left for week in self.weeks for one in week if one for left in one.seats.values()})


def of(
    offer: Offer,
    service: Service,
    employees: tuple[Employee, ...],
    *,
    employee_id: str,
    day: date | None,
    month: date | None,
    since: date | None,
    at: datetime,
) -> Month:
    """The month of `month` or `day`, else the one with the first free time from `since` (today) on.

    One Query of the calendar, of at most 62 days; one more when the first free time lies in a month seen only in part.
    """
    zone = ZoneInfo(offer.partner.timezone)
    today = at.astimezone(zone).date()
    last_on = (at + timedelta(days=service.horizon_days)).astimezone(zone).date()

    seats: dict[str, int] = {}

    def found(first_on: date, until: date) -> dict[date, tuple[str, ...]]:
        asked = search.times(offer, service.id, employee_id=employee_id, first_on=first_on, last_on=until, at=at)
        seats.update({t["start"]: t["seats_left"] for one in asked["days"] for t in one["times"] if "seats_left" in t})
        return {date.fromisoformat(one["date"]): tuple(t["start"] for t in one["times"]) for one in asked["days"]}

    if day is not None or month is not None:
        first_on = min(max(_first(month or day or today), _first(today)), _first(last_on))
        until = _last(first_on)
        starts = found(first_on, until)
    else:
        begin = min(max(_first(since), today), last_on) if since else today
        until = min(begin + timedelta(days=rules.MOST_DAYS_LISTED - 1), last_on)
        starts = found(begin, until)
        free = next((on for on in sorted(starts) if starts[on]), None)
        first_on = _first(free or begin)
        if free is not None and until < min(_last(first_on), last_on):
            until = _last(first_on)
            starts = found(first_on, until)

    dates = [first_on + timedelta(days=number) for number in range(_last(first_on).day)]
    reasons = gaps.reasons(offer, service, employees, dates=[on for on in dates if not starts.get(on)], at=at)
    days = {
        on: Day(
            on, starts.get(on, ()), reasons.get(on), {one: seats[one] for one in starts.get(on, ()) if one in seats}
        )
        for on in dates
    }
    wanted = days.get(day) if day else None
    chosen = wanted or next((one for one in days.values() if one.starts), None)
    nothing = not any(one.starts for one in days.values())
    following = _last(first_on) + timedelta(days=1)
    return Month(
        first_on,
        _weeks(days),
        chosen,
        before=_first(first_on - timedelta(days=1)) if first_on > today else None,
        after=following if following <= last_on else None,
        nothing_until=min(until, last_on) if nothing else None,
        later=_first(until + timedelta(days=1)) if nothing and until < last_on else None,
    )


def _weeks(days: dict[date, Day]) -> tuple[tuple[Day | None, ...], ...]:
    ordered = [days[on] for on in sorted(days)]
    cells: list[Day | None] = [None] * ordered[0].on.weekday() + [*ordered]
    cells += [None] * (-len(cells) % 7)
    return tuple(tuple(cells[first : first + 7]) for first in range(0, len(cells), 7))


def _first(on: date) -> date:
    return on.replace(day=1)


def _last(first_on: date) -> date:
    return first_on.replace(day=calendar.monthrange(first_on.year, first_on.month)[1])
