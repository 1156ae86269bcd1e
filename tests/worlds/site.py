"""A partner whose website is full of things to look at, made through the public doors as any partner makes them."""

import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from infra.local.door import Door
from tests.worlds.product import Product

PASSWORD = "eine lange Reihe Wörter"
WEEK = {day: [["08:00", "12:00"], ["13:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
COMPANY = "Gemeinschaftspraxis für Komplementärmedizin Bürgenstock"
SERVICES: tuple[dict[str, Any], ...] = (
    {"name": "Haarschnitt", "duration_minutes": 45, "price_rappen": 7500, "cancel_until_hours": 24},
    {
        "name": "Rehabilitationssporttauglichkeitsbescheinigung",
        "duration_minutes": 120,
        "price_rappen": 1850000,
        "cancel_until_hours": 24,
    },
    {"name": "Styling-Kurs", "duration_minutes": 90, "price_rappen": 4500, "capacity": 6, "interval_minutes": 30},
)
_TOKEN = re.compile(r"token=([A-Za-z0-9_-]+)")


@dataclass(frozen=True, slots=True)
class Site:
    """What a page's address is made of, and the cookies of the owner who is signed in."""

    email: str
    password: str
    booking_name: str
    employee_id: str
    service_id: str
    customer_id: str
    appointment_id: str
    absence_id: str
    key_id: str
    day: str
    """A day (YYYY-MM-DD) on which there are free times."""
    start: str
    """A free time on that day."""
    link_token: str
    """A customer's link to an appointment that stands."""
    cancelled_token: str
    """A customer's link to an appointment that was cancelled."""
    confirm_token: str
    """The link of a second partner who has not confirmed yet."""
    reset_token: str
    cookies: dict[str, str]


def built(product: Product, *, at: datetime | None = None) -> Site:
    """A partner with an offer, customers and appointments, beside all others that are there already.

    `at` is the instant at which the product's clock stands, now if it runs. Raises DoorError.
    """
    tag = secrets.token_hex(3)
    owner = product.door(f"127.{secrets.randbelow(200) + 10}.{secrets.randbelow(250)}.{secrets.randbelow(250) + 2}")
    email = f"petra.{tag}@praxis.example"
    _register(owner, email)
    second = f"paul.{tag}@praxis.example"
    _register(owner, second)
    product.settled()
    confirmed = owner.form("confirm-email", {"token": _mailed(product, email)}, token=_mailed(product, email))
    name = str(confirmed["booking_name"])
    owner.form("login", email=email, password=PASSWORD)
    owner.form("forgot-password", email=email)

    first = owner.good("GET", "/employees")["items"][0]["id"]
    robin = owner.form(
        "employee", first_name="Robin-Alexandra", last_name="Wyss-Zumthurm", email=f"robin.{tag}@praxis.example",
        role="employee",
    )["id"]  # fmt: skip
    for employee in (first, robin):
        owner.form("hours", {"id": employee}, weekly=WEEK, dates={})
    owner.form("profile", canton="LU")
    services = [owner.form("service", **service)["id"] for service in SERVICES]
    key = owner.form("api-key", name="Website", scopes=["read"])["id"]
    now = at or datetime.now(UTC)
    away = now + timedelta(days=40)
    absence = owner.form(
        "absence", employee_id=robin, start=away.isoformat(), end=(away + timedelta(days=2)).isoformat(),
        reason="Weiterbildung",
    )["id"]  # fmt: skip

    day, times = _free(owner, name, services[0], now)
    booked = [
        _booking(product, name, services[0], start=start, number=number) for number, start in enumerate(times[:4])
    ]
    tokens = [one["link"].rsplit("/", 1)[1] for one in booked]
    product.door().form("link-cancel", {"token": tokens[1]}, reason="Leider krank")
    owner.form("customer", first_name="Jean-François", last_name="de Châtonnay", email=f"jean.{tag}@example.ch")
    product.settled()
    return Site(
        email=email,
        password=PASSWORD,
        booking_name=name,
        employee_id=first,
        service_id=services[0],
        customer_id=owner.good("GET", f"/appointments/{booked[0]['id']}")["customer_id"],
        appointment_id=booked[0]["id"],
        absence_id=absence,
        key_id=key,
        day=day,
        start=times[-1],
        link_token=tokens[0],
        cancelled_token=tokens[1],
        confirm_token=_mailed(product, second),
        reset_token=_mailed(product, email),
        cookies=dict(owner.cookies),
    )


def _register(door: Door, email: str) -> None:
    versions = {one["name"]: one["version"] for one in door.good("GET", "/policies")["items"]}
    door.form(
        "register", first_name="Petra", last_name="Muster", company=COMPANY, street="Seestrasse 100a", postcode="6052",
        city="Hergiswil", country="CH", email=email, phone="+41412101010", password=PASSWORD,
        accept_terms=versions["terms"], accept_privacy=versions["privacy"],
    )  # fmt: skip


def _mailed(product: Product, email: str) -> str:
    """The token in the newest mail to this address."""
    for one in reversed(product.journal("mail")):
        found = _TOKEN.search(one["body"]["text"]) if email in one["body"]["to"] else None
        if found:
            return found[1]
    raise LookupError(f"No mail with a link has reached {email}.")


def _free(door: Door, name: str, service_id: str, now: datetime) -> tuple[str, list[str]]:
    """The first day after tomorrow with free times, and these."""
    first = (now + timedelta(days=2)).date()
    asked = {"service_id": service_id, "from": first, "to": first + timedelta(days=13)}
    days = door.good("GET", f"/book/{name}/times?{urlencode(asked)}")["days"]
    day = next(one for one in days if len(one["times"]) > 8)
    return day["date"], [one["start"] for one in day["times"]][::3]


def _booking(product: Product, name: str, service_id: str, *, start: str, number: int) -> dict[str, Any]:
    stranger = product.door()
    privacy = next(o["version"] for o in stranger.good("GET", "/policies")["items"] if o["name"] == "privacy")
    made: dict[str, Any] = stranger.form(
        "book", {"booking_name": name}, service_id=service_id, employee_id="any", start=start, first_name="Anna-Katharina",
        last_name=("Beispiel", "Zurbriggen-Aufdenblatten")[number % 2], email=f"anna.{number}.{secrets.token_hex(2)}@example.ch",
        phone="+41791234501", sms=number == 0, note="Bitte beim Hintereingang läuten, danke!", accept_privacy=privacy,
    )  # fmt: skip
    return made
