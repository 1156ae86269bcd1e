"""Which times a customer may choose, found in one Query and a few whole numbers."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.accounts.find import Employee
from chalicelib.booking import calendar, rules, terms
from chalicelib.offering import hours_rules, opening
from chalicelib.offering.find import Offer, Service
from chalicelib.plumbing.refusals import Missing, invalid

ANYBODY = "any"
DEFAULT_DAYS = 31


def times(
    offer: Offer,
    service_id: str,
    *,
    employee_id: str | None,
    first_on: date | None,
    last_on: date | None,
    at: datetime,
) -> dict[str, Any]:
    """The answer of GET /book/{booking_name}/times: every local date asked for, with its free starts and who is free; of a
    service of several seats also how many are left in the group with the most.

    `employee_id` None or `any` asks for everybody who offers the service; without dates, 31 days from today. Raises
    Missing for a service or an employee that cannot be booked here, Invalid for more than 62 days.
    """
    service = _service(offer, service_id)
    employees = _employees(offer, service, employee_id)
    today = at.astimezone(ZoneInfo(offer.partner.timezone)).date()
    first_on, last_on = _asked(first_on or today, last_on)
    found = {
        day["date"]: day["times"]
        for day in _found(offer, service, employees=employees, first_on=first_on, last_on=last_on, today=today, at=at)
    }
    asked = (first_on + timedelta(days=number) for number in range((last_on - first_on).days + 1))
    return {
        "timezone": offer.partner.timezone,
        "days": [{"date": on, "times": found.get(on, [])} for on in (one.isoformat() for one in asked)],
    }


def _found(
    offer: Offer,
    service: Service,
    *,
    employees: tuple[Employee, ...],
    first_on: date,
    last_on: date,
    today: date,
    at: datetime,
) -> list[rules.Day]:
    # What lies in the past or beyond the horizon is empty without a look at the calendar.
    first_on, last_on = max(first_on, today), min(last_on, today + timedelta(days=service.horizon_days + 1))
    if first_on > last_on or not employees:
        return []
    zone, asked = offer.partner.timezone, terms.of(service)
    reach = rules.reach(first_on, last_on, zone=zone, terms=asked)
    taken = calendar.read(offer.partner.id, first_utc_day=reach.first_utc_day, days=reach.days)
    grid = hours_rules.grid_mask(
        service.interval_minutes, first_utc_day=reach.first_utc_day, days=reach.days, zone=zone
    )
    window = reach.asked & rules.window(at, asked, first_utc_day=reach.first_utc_day, days=reach.days)
    starts = []
    seats: dict[int, int] | None = {} if service.capacity > 1 else None
    for employee in employees:
        opened = opening.mask(offer, employee.id, first_utc_day=reach.first_utc_day, days=reach.days)
        busy = taken.masks.get(employee.id, 0) | taken.busy.get(employee.id, 0)
        if seats is not None:
            sessions: Mapping[int, int] = taken.sessions.get((service.id, employee.id), {})
            free = rules.free_starts_group(opened, busy, sessions, terms=asked, grid=grid, window_mask=window)
            left = rules.seats_left(free, sessions, service.capacity)
            # People who come together want to be in one group.
            seats |= {atom: max(seats.get(atom, 0), number) for atom, number in left.items()}
        else:
            free = rules.free_starts(opened, busy, asked, grid=grid, window_mask=window)
        starts.append((employee.id, free))
    return rules.times(starts, first_utc_day=reach.first_utc_day, days=reach.days, zone=zone, seats=seats)


def _service(offer: Offer, service_id: str) -> Service:
    service = offer.services.get(service_id)
    if service is None or not service.active:
        raise Missing
    return service


def _employees(offer: Offer, service: Service, employee_id: str | None) -> tuple[Employee, ...]:
    able = offer.employees_for(service)
    if employee_id is None or employee_id == ANYBODY:
        return able
    chosen = tuple(one for one in able if one.id == employee_id)
    if not chosen:
        raise Missing
    return chosen


def _asked(first_on: date, last_on: date | None) -> tuple[date, date]:
    if last_on is None:
        last_on = first_on + timedelta(days=min(DEFAULT_DAYS - 1, (date.max - first_on).days))
    if last_on < first_on:
        raise invalid("to", "end_before_start")
    if (last_on - first_on).days >= rules.MOST_DAYS_LISTED:
        raise invalid("to", "too_many_days", most=rules.MOST_DAYS_LISTED)
    return first_on, last_on
