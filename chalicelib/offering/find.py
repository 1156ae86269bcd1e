"""What a partner offers, as one value: cached by its version, so that a search needs one small read to trust it."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from chalicelib.accounts import find as accounts
from chalicelib.accounts import version
from chalicelib.offering import rules
from chalicelib.offering.records import AbsenceRow, HoursRow, ServiceRow
from chalicelib.plumbing import table, trail
from chalicelib.plumbing.refusals import Missing

_MOST_PARTNERS_CACHED = 200
_offers: dict[str, "Offer"] = {}
_names: dict[str, str] = {}


class Service(msgspec.Struct, frozen=True):
    """What can be booked, with the field names of the contract. Its name is deciphered when it is asked for."""

    row: ServiceRow
    id: str
    duration_minutes: int
    buffer_before_minutes: int
    buffer_after_minutes: int
    interval_minutes: int
    lead_time_minutes: int
    horizon_days: int
    cancel_until_hours: int
    price_rappen: int
    capacity: int
    employee_ids: tuple[str, ...]
    reminder_hours: tuple[int, ...]
    active: bool
    questions: tuple[dict[str, Any], ...]

    @property
    def name(self) -> str:
        return self.row.name

    def shown(self) -> dict[str, Any]:
        """As JSON."""
        made = {name: getattr(self, name) for name in self.__struct_fields__ if name != "row"}
        return {**made, "name": self.name, "currency": "CHF"}


class Absence(msgspec.Struct, frozen=True):
    """When somebody, or everybody (employee_id None), is away. The reason is deciphered when it is asked for."""

    row: AbsenceRow
    id: str
    employee_id: str | None
    start_at: datetime
    end_at: datetime

    @property
    def reason(self) -> str | None:
        return self.row.reason

    def touches(self, first_on: date | None, last_on: date | None, *, zone: str) -> bool:
        """Whether it lies, be it in part, on the local dates from `first_on` to `last_on`, both included; None is no bound."""
        clock = ZoneInfo(zone)
        begins_on = self.start_at.astimezone(clock).date()
        ends_on = (self.end_at - timedelta(microseconds=1)).astimezone(clock).date()
        return (first_on is None or ends_on >= first_on) and (last_on is None or begins_on <= last_on)

    def shown(self, zone: str) -> dict[str, Any]:
        """As JSON, on the clock of `zone`."""
        clock = ZoneInfo(zone)
        return {
            "id": self.id,
            "employee_id": self.employee_id,
            "start": self.start_at.astimezone(clock),
            "end": self.end_at.astimezone(clock),
            "reason": self.reason,
        }


class Offer(msgspec.Struct, frozen=True):
    """Everything a search or a booking needs to know of a partner, consistent in itself: it is of one version."""

    version: int
    partner: accounts.Partner
    employees: dict[str, accounts.Employee]
    services: dict[str, Service]
    hours: dict[str, rules.Hours]
    absences: tuple[Absence, ...]

    def employee_shown(self, employee_id: str) -> dict[str, Any] | None:
        """One employee with the hours, as JSON, or None."""
        employee = self.employees.get(employee_id)
        if employee is None:
            return None
        hours = self.hours.get(employee_id, rules.NO_HOURS)
        return {**employee.shown(), "hours": rules.hours_as_sent(hours)}

    def names(self) -> dict[str, str]:
        """What the people who work there are called, by their ids, in the order of their names."""
        people = sorted(self.employees.values(), key=lambda e: (e.first_name.casefold(), e.last_name.casefold(), e.id))
        return {one.id: f"{one.first_name} {one.last_name}" for one in people}

    def employees_for(self, service: Service) -> tuple[accounts.Employee, ...]:
        """Who can be booked for a service, in the order of their ids."""
        able = [e for e in self.employees.values() if e.bookable and e.active]
        if service.employee_ids:
            able = [e for e in able if e.id in service.employee_ids]
        return tuple(sorted(able, key=lambda e: e.id))


def hours_of_newcomers() -> dict[str, Any]:
    """The hours of somebody for whom none were set, as JSON."""
    return rules.hours_as_sent(rules.NO_HOURS)


def offer(partner_id: str) -> Offer:
    """The offer as it is now. One read of the version when cached, one Query more when not. Raises Missing."""
    cached = _offers.get(partner_id)
    if cached is not None and version.current(partner_id) == cached.version:
        return cached
    return _load(partner_id)


def offer_as_known(partner_id: str) -> Offer:
    """The offer as this process last saw it, without asking: for a change that checks `version.unchanged` itself."""
    return _offers.get(partner_id) or _load(partner_id)


def offer_anew(partner_id: str) -> Offer:
    """The offer, loaded again after a change found its version stale."""
    return _load(partner_id)


def partner_id_of(booking_name: str) -> str:
    """Whose booking page a name is. Raises Missing. The caller checks the name against the offer it then reads."""
    known = _names.get(booking_name) or accounts.partner_id_of(booking_name)
    if known is None:
        raise Missing
    if len(_names) >= _MOST_PARTNERS_CACHED:
        _names.clear()
    _names[booking_name] = known
    trail.note(partner_id=known)
    return known


def offer_at(booking_name: str) -> Offer:
    """The offer behind a booking page, as it is now. Raises Missing.

    A name that moved to another partner meanwhile is looked up once more.
    """
    for _ in range(2):
        try:
            found = offer(partner_id_of(booking_name))
        except Missing:
            if _names.pop(booking_name, None) is None:
                raise
            continue
        if found.partner.booking_name == booking_name:
            return found
        _names.pop(booking_name, None)
    raise Missing


def forget_cached() -> None:
    """Empty the cache (tests)."""
    _offers.clear()
    _names.clear()


def _load(partner_id: str) -> Offer:
    items = list(table.walk("records", partner_id))
    partner, employees = accounts.from_items(items)
    if partner is None or partner.status != "active":
        raise Missing
    services: dict[str, Service] = {}
    hours: dict[str, rules.Hours] = {}
    absences: list[Absence] = []
    number = 0
    for item in items:
        kind, _, key = item["sk"]["S"].partition("#")
        if item["sk"]["S"] == version.KEY:
            number = int(item["number"]["N"])
        elif kind == "service":
            services[key] = service_of(ServiceRow.from_raw_data(item))
        elif kind == "hours":
            hours[key] = rules.read_hours(HoursRow.from_raw_data(item).hours)
        elif kind == "absence":
            absences.append(absence_of(AbsenceRow.from_raw_data(item)))
    made = Offer(number, partner, {e.id: e for e in employees}, services, hours, tuple(absences))
    if len(_offers) >= _MOST_PARTNERS_CACHED:
        _offers.clear()
    _offers[partner_id] = made
    return made


def service_of(row: ServiceRow) -> Service:
    """A service from its row."""
    return Service(
        row=row,
        id=row.sk.removeprefix("service#"),
        duration_minutes=int(row.duration_minutes),
        buffer_before_minutes=int(row.buffer_before_minutes),
        buffer_after_minutes=int(row.buffer_after_minutes),
        interval_minutes=int(row.interval_minutes),
        lead_time_minutes=int(row.lead_time_minutes),
        horizon_days=int(row.horizon_days),
        cancel_until_hours=int(row.cancel_until_hours),
        price_rappen=int(row.price_rappen),
        capacity=int(row.capacity),
        employee_ids=tuple(row.employee_ids or ()),
        reminder_hours=tuple(row.reminder_hours or ()),
        active=row.active,
        questions=tuple(row.questions or ()),
    )


def absence_of(row: AbsenceRow) -> Absence:
    """An absence from its row."""
    return Absence(row, row.sk.removeprefix("absence#"), row.employee_id, row.start_at, row.end_at)
