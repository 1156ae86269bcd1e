"""What other rooms may see of a partner and of the people who work there."""

from collections.abc import Sequence
from typing import Any

import msgspec

from chalicelib.accounts import logins, passwords, rules
from chalicelib.accounts.records import EmployeeRow, LoginRow, NameRow, PartnerRow
from chalicelib.plumbing import table
from chalicelib.plumbing.rows import Record


class Partner(msgspec.Struct, frozen=True):
    """A partner as others see it: the fields of the contract. What names a person is deciphered when it is asked for."""

    row: PartnerRow
    id: str
    booking_name: str | None
    country: str
    language: str
    timezone: str
    canton: str | None
    status: str
    plan: str
    retention_months: int
    sms_enabled: bool
    sms_discreet: bool
    embed_origins: tuple[str, ...]
    accent: str
    salutation: str

    @property
    def first_name(self) -> str:
        return self.row.first_name

    @property
    def last_name(self) -> str:
        return self.row.last_name

    @property
    def company(self) -> str:
        return self.row.company

    @property
    def street(self) -> str:
        return self.row.street

    @property
    def postcode(self) -> str:
        return self.row.postcode

    @property
    def city(self) -> str:
        return self.row.city

    @property
    def email(self) -> str:
        return self.row.email

    @property
    def phone(self) -> str:
        return self.row.phone

    def shown(self) -> dict[str, Any]:
        """As JSON."""
        return {name: getattr(self, name) for name in _PARTNER}


_PARTNER = (
    "id", "booking_name", "first_name", "last_name", "company", "street", "postcode", "city", "country", "email", "phone",
    "language", "timezone", "canton", "status", "plan", "retention_months", "sms_enabled", "sms_discreet",
    "embed_origins", "accent", "salutation",
)  # fmt: skip


class Employee(msgspec.Struct, frozen=True):
    """Somebody who works for a partner. What names a person is deciphered when it is asked for."""

    row: EmployeeRow
    id: str
    role: str
    bookable: bool
    active: bool

    @property
    def first_name(self) -> str:
        return self.row.first_name

    @property
    def last_name(self) -> str:
        return self.row.last_name

    @property
    def email(self) -> str:
        return self.row.email

    @property
    def file_id(self) -> str:
        """What files call them: the id with which they came in by one, else their own."""
        return self.row.origin_id or self.id

    def shown(self) -> dict[str, Any]:
        """As JSON, without the hours (offering knows those)."""
        return {name: getattr(self, name) for name in _EMPLOYEE}


_EMPLOYEE = ("id", "first_name", "last_name", "email", "role", "bookable", "active")


def partner(partner_id: str) -> Partner | None:
    """One partner, or None."""
    row = table.get(PartnerRow, partner_id, "profile")
    return partner_of(row) if row else None


def accepted(partner_id: str) -> dict[str, str]:
    """The versions that were accepted with the registration, by the name of the text; empty for somebody unknown."""
    row = table.get(PartnerRow, partner_id, "profile")
    return {name: str(row.accepted[name]) for name in ("terms", "privacy")} if row else {}


def partner_of(row: PartnerRow) -> Partner:
    """A partner from its row."""
    return Partner(
        row=row,
        id=row.pk,
        booking_name=row.booking_name,
        country=row.country,
        language=row.language,
        timezone=row.timezone,
        canton=row.canton,
        status=row.status,
        plan=row.plan,
        retention_months=int(row.retention_months),
        sms_enabled=row.sms_enabled,
        sms_discreet=bool(row.sms_discreet),
        embed_origins=tuple(row.embed_origins or ()),
        accent=row.accent or rules.ACCENTS[0],
        salutation=row.salutation or rules.SALUTATIONS[0],
    )


def employee_of(row: EmployeeRow) -> Employee:
    """An employee from its row."""
    return Employee(
        row=row,
        id=row.sk.removeprefix("employee#"),
        role=row.role,
        bookable=row.bookable,
        active=row.active,
    )


def employees(partner_id: str) -> list[Employee]:
    """Everybody who works or worked for a partner, the first one first."""
    return [employee_of(row) for row in table.prefixed(EmployeeRow, partner_id, "employee#")]


def employee(partner_id: str, employee_id: str) -> Employee | None:
    """One employee of a partner, or None."""
    row = table.get(EmployeeRow, partner_id, f"employee#{employee_id}")
    return employee_of(row) if row else None


def invited(employees: Sequence[Employee]) -> frozenset[str]:
    """The ids of those who have not set a password yet, and so never signed in. One read for each 100."""
    return ways_in(employees)[0]


def ways_in(employees: Sequence[Employee]) -> tuple[frozenset[str], frozenset[str]]:
    """The ids of those who have not set a password yet, and of those with a second factor. One read for each 100."""
    rows: list[Record | None] = []
    for first in range(0, len(employees), 100):
        rows += table.get_many([(LoginRow, logins.key(one.email), "-") for one in employees[first : first + 100]])
    known = [
        row for one, row in zip(employees, rows, strict=True) if isinstance(row, LoginRow) and row.employee_id == one.id
    ]
    return (
        frozenset(row.employee_id for row in known if not passwords.usable(row.password_hash)),
        frozenset(row.employee_id for row in known if row.factor_since is not None),
    )


def partner_id_of(booking_name: str) -> str | None:
    """Whose booking page this is, or None."""
    row = table.get(NameRow, f"name#{booking_name}", "-")
    return row.partner_id if row else None


def held(partner_id: str) -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
    """All that is stored of a partner and of its people, by the names of the attributes, without keys."""
    row = table.get(PartnerRow, partner_id, "profile")
    people = [
        {"id": one.sk.removeprefix("employee#"), **_stored(one)}
        for one in table.prefixed(EmployeeRow, partner_id, "employee#")
    ]
    return ({"id": row.pk, **_stored(row)} if row else None), people


def _stored(row: Record) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.get_attributes() if name not in ("pk", "sk", "expiry_shard")}


def from_items(items: list[dict[str, Any]]) -> tuple[Partner | None, tuple[Employee, ...]]:
    """Partner and employees among the raw rows of a partner's partition."""
    found: Partner | None = None
    employees: list[Employee] = []
    for item in items:
        sk = item["sk"]["S"]
        if sk == "profile":
            found = partner_of(PartnerRow.from_raw_data(item))
        elif sk.startswith("employee#"):
            employees.append(employee_of(EmployeeRow.from_raw_data(item)))
    return found, tuple(employees)
