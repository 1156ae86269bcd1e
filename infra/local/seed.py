"""A demo partner for local runs, made through the public doors as any partner is; its password is made on this machine."""

import json
import os
import re
import secrets
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from infra.local.door import Door, DoorError
from infra.local.providers import calendars

STATE = Path(__file__).resolve().parents[2] / ".state" / "demo.json"
EMAIL = "demo@zeitfenster.example"
COMPANY = "Demo Coiffure"
PEER = "127.0.0.2"  # another address than the visitor's own, whose three login attempts are his
MAIL_SECONDS = 120  # a worker has to start first, where little is left of the machine
WEEK = [["08:00", "12:00"], ["13:00", "18:00"]]
SERVICES: tuple[dict[str, Any], ...] = (
    {"name": "Haarschnitt", "duration_minutes": 45, "buffer_after_minutes": 5, "price_rappen": 7500},
    {"name": "Farbe und Schnitt", "duration_minutes": 120, "buffer_after_minutes": 10, "price_rappen": 18500},
    {"name": "Styling-Kurs", "duration_minutes": 90, "price_rappen": 4500, "capacity": 6, "interval_minutes": 30},
)


def demo(base_url: str, providers_url: str, *, state: Path = STATE) -> list[str]:
    """Let the demo partner be there; what to tell the user about it, a line each. Raises DoorError."""
    kept = json.loads(state.read_text("utf-8")) if state.exists() else None
    door = Door(base_url, peer=PEER)
    if kept is None or door.send("GET", f"/book/{kept['booking_name']}")[0] != 200:
        kept = _made(door, providers_url)
        with os.fdopen(os.open(state, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as output:
            json.dump(kept, output)
    return [
        f"Demo partner: {kept['email']}, password {kept['password']} (log in at {base_url}/forms/login)",
        f"Its booking page: {base_url}/book/{kept['booking_name']}",
        f"Its API key: {kept['api_key']}",
        (
            f"A calendar kept elsewhere: {_simulated(providers_url)}/files/demo.ics, or by CalDAV "
            f"{_simulated(providers_url)}/dav/anna/demo/ ({calendars.USERNAME}, {calendars.PASSWORD})"
        ),
    ]


def _made(door: Door, providers_url: str) -> dict[str, str]:
    password = secrets.token_urlsafe(12)
    email = EMAIL if not STATE.exists() else f"demo-{secrets.token_hex(3)}@zeitfenster.example"
    policies = {one["name"]: one["version"] for one in door.good("GET", "/policies")["items"]}
    door.form(
        "register",
        first_name="Demo",
        last_name="Muster",
        company=COMPANY,
        street="Musterstrasse 1",
        postcode="8000",
        city="Zürich",
        country="CH",
        email=email,
        phone="+41443643500",
        password=password,
        accept_terms=policies["terms"],
        accept_privacy=policies["privacy"],
    )
    token = _token_of_mail(providers_url, email)
    partner = door.form("confirm-email", {"token": token}, token=token)
    door.form("login", email=email, password=password)
    employees = door.good("GET", "/employees")["items"]
    second = door.form("employee", first_name="Robin", last_name="Muster", email=f"robin-{email}", role="employee")
    week = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), WEEK)
    for employee_id in (employees[0]["id"], second["id"]):
        door.form("hours", {"id": employee_id}, weekly=week, dates={})
    door.form("profile", canton="ZH")
    for service in SERVICES:
        door.form("service", **service)
    door.form("busy-source", {"id": second["id"]}, url=f"{_simulated(providers_url)}/files/demo.ics")
    key = door.form("api-key", name="Demo", scopes=["read", "write"])["key"]
    return {"email": email, "password": password, "booking_name": partner["booking_name"], "api_key": key}


def _simulated(providers_url: str) -> str:
    """Where the simulated calendars are, as an address that the product calls: this machine by its number."""
    return f"http://127.0.0.1:{urlsplit(providers_url).port}/calendar"


def _token_of_mail(providers_url: str, email: str) -> str:
    """The token in the confirmation mail, as soon as it has arrived."""
    outside = Door(providers_url)
    until = time.monotonic() + MAIL_SECONDS
    while time.monotonic() < until:
        for item in outside.good("GET", "/journal?provider=mail")["items"]:
            if email in item["body"]["to"]:
                found = re.search(r"token=([A-Za-z0-9_-]+)", item["body"]["text"])
                if found:
                    return found.group(1)
        time.sleep(0.2)
    raise DoorError(f"The confirmation mail of the demo partner did not arrive within {MAIL_SECONDS} s.")
