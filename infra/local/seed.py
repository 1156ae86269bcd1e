"""A demo partner for local runs, made through the public doors as any partner is; its password is made on this machine."""

import http.client
import json
import os
import re
import secrets
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

STATE = Path(__file__).resolve().parents[2] / ".state" / "demo.json"
EMAIL = "demo@zeitfenster.example"
COMPANY = "Demo Coiffure"
PEER = "127.0.0.2"  # another address than the visitor's own, whose three login attempts are his
WEEK = [["08:00", "12:00"], ["13:00", "18:00"]]
SERVICES: tuple[dict[str, Any], ...] = (
    {"name": "Haarschnitt", "duration_minutes": 45, "buffer_after_minutes": 5, "price_rappen": 7500},
    {"name": "Farbe und Schnitt", "duration_minutes": 120, "buffer_after_minutes": 10, "price_rappen": 18500},
    {"name": "Styling-Kurs", "duration_minutes": 90, "price_rappen": 4500, "capacity": 6, "interval_minutes": 30},
)


class SeedError(Exception):
    """The demo partner could not be made; the product itself may still be fine."""


def demo(base_url: str, providers_url: str, *, state: Path = STATE) -> list[str]:
    """Let the demo partner be there; what to tell the user about it, a line each. Raises SeedError."""
    kept = json.loads(state.read_text("utf-8")) if state.exists() else None
    door = _Door(base_url)
    if kept is None or door.send("GET", f"/book/{kept['booking_name']}")[0] != 200:
        kept = _made(door, providers_url)
        with os.fdopen(os.open(state, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as output:
            json.dump(kept, output)
    return [
        f"Demo partner: {kept['email']}, password {kept['password']} (log in at {base_url}/forms/login)",
        f"Its booking page: {base_url}/book/{kept['booking_name']}",
        f"Its API key: {kept['api_key']}",
    ]


def _made(door: "_Door", providers_url: str) -> dict[str, str]:
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
    week = {day: WEEK for day in ("mon", "tue", "wed", "thu", "fri")}
    for employee_id in (employees[0]["id"], second["id"]):
        door.form("hours", {"id": employee_id}, weekly=week, dates={})
    door.form("profile", canton="ZH")
    for service in SERVICES:
        door.form("service", **service)
    key = door.form("api-key", name="Demo", scopes=["read", "write"])["key"]
    return {"email": email, "password": password, "booking_name": partner["booking_name"], "api_key": key}


def _token_of_mail(providers_url: str, email: str) -> str:
    """The token in the confirmation mail, as soon as it has arrived."""
    outside = _Door(providers_url, peer=None)
    until = time.monotonic() + 30
    while time.monotonic() < until:
        for item in outside.good("GET", "/journal?provider=mail")["items"]:
            if email in item["body"]["to"]:
                found = re.search(r"token=([A-Za-z0-9_-]+)", item["body"]["text"])
                if found:
                    return found.group(1)
        time.sleep(0.2)
    raise SeedError("The confirmation mail of the demo partner did not arrive within 30 s.")


class _Door:
    """A visitor of the product: one connection, its cookies, its forms."""

    def __init__(self, url: str, *, peer: str | None = PEER) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "127.0.0.1", parts.port or 80
        self._source = (peer, 0) if peer else None
        self._cookies: dict[str, str] = {}

    def good(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """The JSON of a successful answer. Raises SeedError with the refusal."""
        status, content = self.send(method, path, body, **headers)
        if status >= 400:
            raise SeedError(f"{method} {path} was answered {status}: {content}")
        return content

    def form(self, form: str, context: dict[str, str] | None = None, /, **values: Any) -> Any:
        """Fetch a form, fill it in, send it."""
        issued = self.good("GET", f"/forms/{form}?{urlencode(context or {})}")
        open_values = {name: value for name, value in values.items() if name not in issued["locked"]}
        return self.good(issued["method"], issued["action"], open_values, **{"X-Form-Token": issued["token"]})

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """One request; status and JSON."""
        sent = {"Accept": "application/json", **headers}
        if self._cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        if body is not None:
            sent["Content-Type"] = "application/json"
        connection = self._connection()
        try:
            connection.request(method, path, json.dumps(body) if body is not None else None, sent)
            answer = connection.getresponse()
            text = answer.read()
        finally:
            connection.close()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        return answer.status, json.loads(text) if text else None

    def _connection(self) -> http.client.HTTPConnection:
        connection = http.client.HTTPConnection(self._host, self._port, timeout=30, source_address=self._source)
        try:
            connection.connect()
        except OSError:
            # Only Linux answers on all of 127.0.0.0/8.
            connection = http.client.HTTPConnection(self._host, self._port, timeout=30)
            connection.connect()
        return connection
