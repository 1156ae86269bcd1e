"""An active partner with people, hours and services, written straight into the tables: the ground most tests stand on."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from chalicelib.accounts import everybody, logins, version
from chalicelib.accounts.records import EmployeeRow, LoginRow, NameRow, PartnerRow, VersionRow
from chalicelib.booking import bitmap
from chalicelib.booking.records import AppointmentRow, CustomerRow, DayRow, SeatsRow
from chalicelib.offering import rules
from chalicelib.offering.records import AbsenceRow, HoursRow, ServiceRow
from chalicelib.plumbing import clock as product_clock
from chalicelib.plumbing import ids, keyring, sessions, shards, table
from chalicelib.plumbing.api_keys import ApiKey
from tests.worlds import keys
from tests.worlds.visitor import Visitor

OFFICE_HOURS = "Mon-Fri 08:00-12:00,13:00-18:00"
SERVICE: Mapping[str, Any] = {
    "name": "Beratung",
    "duration_minutes": 45,
    "buffer_before_minutes": 0,
    "buffer_after_minutes": 0,
    "interval_minutes": 15,
    "lead_time_minutes": 0,
    "horizon_days": 365,
    "cancel_until_hours": 24,
    "price_rappen": 12_000,
    "capacity": 1,
    "employee_ids": [],
    "reminder_hours": [24],
    "active": True,
    "questions": [],
}
FIRST_NAMES = ("Nora", "Beat", "Chiara", "Damian", "Elin", "Fabio", "Gina", "Hugo", "Ilda", "Jonas")

_numbers = itertools.count(1)


@dataclass(slots=True)
class World:
    """One partner: its ids, whoever is signed in there, and ways to fill its calendar."""

    id: str
    booking_name: str
    company: str
    zone: str
    clock: Any
    employee_ids: tuple[str, ...]
    service_ids: tuple[str, ...]
    owner: Visitor
    api: Visitor
    """A program with an API key of the scopes read and write."""
    emails: dict[str, str] = field(default_factory=dict)

    @property
    def owner_id(self) -> str:
        return self.employee_ids[0]

    @property
    def employee_id(self) -> str:
        return self.employee_ids[0]

    @property
    def service_id(self) -> str:
        return self.service_ids[0]

    def sign_in(self, role: str = "owner", employee_id: str | None = None) -> Visitor:
        """Somebody signed in with a role: a given employee, or a new one who cannot be booked."""
        if employee_id is None:
            employee_id = self.owner_id if role == "owner" else self.add_employee(role=role, bookable=False)
        secret = ids.secret()
        table.put(
            sessions.SessionRow(
                f"session#{employee_id}",
                keyring.digest(secret),
                partner_id=self.id,
                employee_id=employee_id,
                role=role,
                created_at=self.clock.now,
                seen_at=self.clock.now,
                expires=product_clock.milliseconds(self.clock.now + sessions.LONGEST) // 1000,
            )
        )
        return Visitor(cookies={sessions.COOKIE: f"{employee_id}.{secret}"})

    def with_key(self, *scopes: str) -> Visitor:
        """A program with an API key of these scopes."""
        return _with_key(self.id, self.clock.now, scopes)

    def add_employee(
        self,
        *,
        role: str = "employee",
        bookable: bool = True,
        active: bool = True,
        hours: str | Mapping[str, Any] | None = None,
    ) -> str:
        """One more employee; the id."""
        return _employee(
            self.id, self.clock.now, role=role, bookable=bookable, active=active, hours=hours, emails=self.emails
        )

    def add_service(self, **fields: Any) -> str:
        """One more service; the id."""
        made = _service(self.id, self.clock.now, fields)
        self.offer_changed()
        return made

    def add_absence(self, employee_id: str | None, start: datetime, end: datetime) -> str:
        """Somebody, or everybody (None), is away between two aware instants; the id of the absence."""
        absence_id = ids.new(self.clock.now)
        table.put(AbsenceRow(self.id, f"absence#{absence_id}", employee_id=employee_id, start_at=start, end_at=end))
        self.offer_changed()
        return absence_id

    def set_hours(self, employee_id: str, hours: str | Mapping[str, Any]) -> None:
        """Other hours for an employee."""
        table.put(HoursRow(self.id, f"hours#{employee_id}", hours=_hours(hours)))
        self.offer_changed()

    def change_partner(self, **fields: Any) -> None:
        """Other master data (canton, timezone ...)."""
        row = PartnerRow(self.id, "profile")
        table.update(row, [getattr(PartnerRow, name).set(value) for name, value in fields.items()])
        self.offer_changed()

    def offer_changed(self) -> None:
        """Count the version up, as every verb does that changes the offer."""
        table.update(VersionRow(self.id, version.KEY), [VersionRow.number.add(1)])

    def take(self, employee_id: str, start: datetime, minutes: int) -> None:
        """Mark the time from the aware instant `start` as taken, without any appointment."""
        midnight = start.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        first = (start - midnight) // timedelta(minutes=bitmap.ATOM_MINUTES)
        span = bitmap.span(first, minutes // bitmap.ATOM_MINUTES)
        for day, mask in enumerate(bitmap.split(span, 3)):
            if mask:
                self.take_mask(employee_id, midnight.date() + timedelta(days=day), mask)

    def take_mask(self, employee_id: str, utc_day: date, mask: int) -> None:
        """Mark atoms of one UTC day as taken, beside those that are."""
        pk, sk = f"{self.id}#calendar", f"{utc_day.isoformat()}#{employee_id}"
        row = table.get(DayRow, pk, sk)
        taken = bitmap.from_bytes(bytes(row.taken)) | mask if row else mask
        table.put(DayRow(pk, sk, taken=bitmap.to_bytes(taken), expiry_shard=shards.expires_on(utc_day, pk)))

    def seat(
        self, service_id: str, employee_id: str, start: datetime, *, minutes: int = 45, seats_taken: int = 1
    ) -> None:
        """A group session with some seats taken; its time is marked as taken too."""
        self.take(employee_id, start, minutes)
        pk = f"{self.id}#calendar"
        start = start.astimezone(UTC)
        table.put(
            SeatsRow(
                pk,
                f"{start.date().isoformat()}#{employee_id}#{product_clock.text(start)}#{service_id}",
                service_id=service_id,
                employee_id=employee_id,
                start_at=start,
                end_at=start + timedelta(minutes=minutes),
                seats_taken=seats_taken,
                expiry_shard=shards.expires_on(start.date(), pk),
            )
        )

    def customer(self, **fields: Any) -> str:
        """A customer; the id."""
        customer_id, pk = ids.new(self.clock.now), f"{self.id}#customers"
        values = {
            "first_name": "Lea",
            "last_name": "Keller",
            "email": f"lea.{customer_id[-6:]}@example.org",
            "language": "de",
            "created_at": self.clock.now,
            "delete_on": date(2028, 11, 30),
            "expiry_shard": shards.expires_on(date(2028, 11, 30), pk),
            **fields,
        }
        table.put(CustomerRow(pk, f"customer#{customer_id}", **values))
        return customer_id

    def appointment(
        self,
        start: datetime,
        *,
        employee_id: str | None = None,
        service_id: str | None = None,
        customer_id: str | None = None,
        minutes: int = 45,
        status: str = "confirmed",
        **fields: Any,
    ) -> str:
        """An appointment and the time it takes (unless its status holds none); the id."""
        employee_id = employee_id or self.employee_id
        customer_id = customer_id or self.customer()
        appointment_id, pk = ids.new(self.clock.now), f"{self.id}#appointments"
        values = {
            "service_id": service_id or self.service_id,
            "employee_id": employee_id,
            "customer_id": customer_id,
            "start_at": start,
            "end_at": start + timedelta(minutes=minutes),
            "buffer_before_minutes": 0,
            "buffer_after_minutes": 0,
            "seats": 1,
            "cancel_until_hours": 24,
            "status": status,
            "source": "web",
            "price_rappen": 12_000,
            "sms": False,
            "language": "de",
            "sequence": 0,
            "history": [{"at": product_clock.text(self.clock.now), "kind": "booked", "source": "web"}],
            "created_at": self.clock.now,
            "delete_on": date(2028, 11, 30),
            "agenda": self.id,
            "lookup": f"{self.id}#customer#{customer_id}",
            "lookup_at": product_clock.text(start),
            "expiry_shard": shards.expires_on(date(2028, 11, 30), pk),
            **fields,
        }
        table.put(AppointmentRow(pk, appointment_id, **values))
        if status in ("requested", "confirmed", "completed", "no_show"):
            self.take(employee_id, start, minutes)
        return appointment_id


def a_partner(
    table_: Any,
    clock: Any,
    *,
    company: str = "Praxis Morgenrot",
    employees: int = 1,
    services: Sequence[Mapping[str, Any]] = ({},),
    hours: str | Mapping[str, Any] | None = OFFICE_HOURS,
    **profile: Any,
) -> World:
    """An active partner. The first employee is the owner, the others have the role employee, all can be booked.

    `services` are changes of SERVICE, one each; `hours` hold for every employee (None: nobody has any); `profile` changes
    the master data (timezone, canton, retention_months ...). `table_` and `clock` are the fixtures.
    """
    partner_id = keys.given(ids.new(clock.now), clock.now)
    number = next(_numbers)
    booking_name = profile.pop("booking_name", f"praxis-{number}")
    email = profile.pop("email", f"partner.{number}@example.org")
    values = {
        "first_name": "Nora",
        "last_name": "Bianchi",
        "company": company,
        "street": "Seestrasse 1",
        "postcode": "8002",
        "city": "Zürich",
        "country": "CH",
        "phone": "+41445550100",
        "language": "de",
        "timezone": "Europe/Zurich",
        "canton": "ZH",
        "status": "active",
        "plan": "free",
        "retention_months": 24,
        "sms_enabled": True,
        "embed_origins": [],
        "newsletter_wished": False,
        "lookup": everybody.partition(partner_id),
        "lookup_at": everybody.place(partner_id, clock.now),
        "accepted": {"terms": "1", "privacy": "1", "at": product_clock.text(clock.now)},
        "created_at": clock.now,
        **profile,
    }
    table_.put(PartnerRow(partner_id, "profile", booking_name=booking_name, email=email, **values))
    table_.put(NameRow(f"name#{booking_name}", "-", partner_id=partner_id))
    table_.put(VersionRow(partner_id, version.KEY, number=1))
    emails: dict[str, str] = {}
    employee_ids = tuple(
        _employee(
            partner_id, clock.now, role="employee" if place else "owner", bookable=True, active=True, hours=hours,
            emails=emails, email=None if place else email, place=place,
        )
        for place in range(employees)
    )  # fmt: skip
    world = World(
        id=partner_id,
        booking_name=booking_name,
        company=company,
        zone=str(values["timezone"]),
        clock=clock,
        employee_ids=employee_ids,
        service_ids=tuple(_service(partner_id, clock.now, changes) for changes in services),
        owner=Visitor(),
        api=_with_key(partner_id, clock.now, ("read", "write")),
        emails=emails,
    )
    world.owner = world.sign_in("owner")
    return world


def _with_key(partner_id: str, at: datetime, scopes: Sequence[str]) -> Visitor:
    key_id, secret = ids.new(at), ids.secret()
    table.put(
        ApiKey(
            partner_id,
            f"key#{key_id}",
            name="Tests",
            scopes=list(scopes),
            secret_hash=keyring.digest(secret),
            created_at=at,
            created_by="-",
        )
    )
    return Visitor(ip="192.0.2.20", key=f"zf_{partner_id}_{key_id}_{secret}")


def _employee(
    partner_id: str,
    at: datetime,
    *,
    role: str,
    bookable: bool,
    active: bool,
    hours: str | Mapping[str, Any] | None,
    emails: dict[str, str],
    email: str | None = None,
    place: int | None = None,
) -> str:
    employee_id = ids.new(at + timedelta(milliseconds=len(emails)))  # ids sort in the order of the employees
    email = email or f"team.{employee_id[-8:]}@example.org"
    emails[employee_id] = email
    table.put(
        EmployeeRow(
            partner_id,
            f"employee#{employee_id}",
            first_name=FIRST_NAMES[(len(emails) - 1 if place is None else place) % len(FIRST_NAMES)],
            last_name="Muster",
            email=email,
            role=role,
            bookable=bookable,
            active=active,
            created_at=at,
        )
    )
    table.put(
        LoginRow(
            logins.key(email),
            "-",
            partner_id=partner_id,
            employee_id=employee_id,
            password_hash="-",
            role=role,
            status="active",
        )
    )
    if hours is not None:
        table.put(HoursRow(partner_id, f"hours#{employee_id}", hours=_hours(hours)))
    table.update(VersionRow(partner_id, version.KEY), [VersionRow.number.add(1)])
    return employee_id


def _service(partner_id: str, at: datetime, changes: Mapping[str, Any]) -> str:
    service_id = ids.new(at)
    table.put(ServiceRow(partner_id, f"service#{service_id}", created_at=at, **{**SERVICE, **changes}))
    return service_id


def _hours(style: str | Mapping[str, Any]) -> dict[str, Any]:
    """The hours of the contract, from a style such as `Mon-Fri 08:00-12:00,13:00-18:00; Sat 09:00-12:00`."""
    if not isinstance(style, str):
        return dict(style)
    weekly: dict[str, list[list[str]]] = {}
    for part in style.split(";"):
        days, _, times = part.strip().lower().partition(" ")
        first, _, last = days.partition("-")
        chosen = rules.WEEKDAYS[rules.WEEKDAYS.index(first) : rules.WEEKDAYS.index(last or first) + 1]
        for day in chosen:
            weekly[day] = [list(interval.split("-")) for interval in times.split(",")]
    return {"weekly": weekly, "dates": {}}
