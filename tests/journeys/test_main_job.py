"""Register, offer, book, confirm, remind, move, cancel, forget: as outsiders do it, over HTTP, on the deployed package."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from infra.local.door import Door
from tests.worlds.product import Product

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)  # a Monday
PASSWORD = "eine lange Reihe Wörter"
WEEK = {day: [["08:00", "12:00"], ["13:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


def a_partner(product: Product, email: str, peer: str) -> tuple[Door, str]:
    """A partner who registered, confirmed and logged in; their visitor and booking name."""
    door = product.door(peer)
    versions = {one["name"]: one["version"] for one in door.good("GET", "/policies")["items"]}
    door.form(
        "register", first_name="Petra", last_name="Muster", company="Praxis am See", street="Seeweg 1", postcode="6003",
        city="Luzern", country="CH", email=email, phone="+41412101010", password=PASSWORD,
        accept_terms=versions["terms"], accept_privacy=versions["privacy"],
    )  # fmt: skip
    product.settled()
    mail = [one["body"] for one in product.journal("mail") if email in one["body"]["to"]][-1]
    token = re.search(r"token=([A-Za-z0-9_-]+)", mail["text"])
    assert token is not None
    confirmed = door.form("confirm-email", {"token": token[1]}, token=token[1])
    door.form("login", email=email, password=PASSWORD)
    return door, confirmed["booking_name"]


def an_offer(door: Door) -> tuple[str, str]:
    """One employee with hours and one service; (service id, employee id)."""
    employee = door.good("GET", "/employees")["items"][0]
    door.form("hours", {"id": employee["id"]}, weekly=WEEK, dates={})
    service = door.form("service", name="Beratung", duration_minutes=45, cancel_until_hours=24)
    return service["id"], employee["id"]


def a_booking(product: Product, name: str, service_id: str, **values: Any) -> tuple[Door, dict[str, Any]]:
    """A stranger who books the first free time of the day after tomorrow."""
    stranger = product.door()
    day = (NOW + timedelta(days=2)).date().isoformat()
    times = stranger.good("GET", f"/book/{name}/times?service_id={service_id}&from={day}&to={day}")
    start = times["days"][0]["times"][0]["start"]
    privacy = next(o["version"] for o in stranger.good("GET", "/policies")["items"] if o["name"] == "privacy")
    sent = {
        "service_id": service_id, "employee_id": "any", "start": start, "first_name": "Anna", "last_name": "Beispiel",
        "email": "anna@example.ch", "phone": "+41791234567", "sms": True, "accept_privacy": privacy, **values,
    }  # fmt: skip
    return stranger, stranger.form("book", {"booking_name": name}, **sent)


def _sms(product: Product, to: str) -> list[dict[str, Any]]:
    """What was sent to one telephone: other worlds in the same product have reminders of their own."""
    sent = [one["body"] for one in product.journal("smsapi") if one["path"].endswith("sms.do")]
    return [one for one in sent if one["to"] == to]


def test_the_main_job_from_registration_to_forgetting(product: Product) -> None:
    product.clock(NOW)
    partner, name = a_partner(product, "petra@praxis.example", "127.0.0.11")
    service_id, _ = an_offer(partner)

    stranger, booked = a_booking(product, name, service_id)
    product.settled()

    assert booked["start"] == "2027-03-03T08:00:00+01:00"
    assert len(_sms(product, "41791234567")) == 1
    mails = [one["body"] for one in product.journal("mail") if "anna@example.ch" in one["body"]["to"]]
    assert len(mails) == 1
    assert booked["link"] in mails[0]["text"]
    assert any("METHOD:REQUEST" in part["content"] for part in mails[0]["attachments"])

    product.clock(datetime.fromisoformat(booked["start"]) - timedelta(hours=24))
    product.job("messaging_reminders")
    product.job("messaging_reminders")
    assert len(_sms(product, "41791234567")) == 2
    signed = product.job("privacy_checkpoint")["result"]
    assert (signed["checkpoints"], signed["complete"]) == (3, True)

    shown = stranger.good("GET", booked["link"].removeprefix(product.base_url))
    gone_on = datetime.fromisoformat(shown["delete_on"] + "T03:00:00+00:00")
    assert gone_on.date().isoformat() == "2029-03-03"
    product.clock(gone_on - timedelta(days=1))
    product.job("privacy_purge")
    owner = product.door("127.0.0.12")
    owner.form("login", email="petra@praxis.example", password=PASSWORD)
    assert owner.send("GET", f"/appointments/{booked['id']}")[0] == 200
    product.clock(gone_on)
    product.job("privacy_purge")
    again = product.door("127.0.0.13")
    again.form("login", email="petra@praxis.example", password=PASSWORD)
    assert again.send("GET", f"/appointments/{booked['id']}")[0] == 404
    assert again.good("GET", "/customers")["items"] == []


def test_a_customer_moves_and_cancels_by_link_and_is_told(product: Product) -> None:
    product.clock(NOW)
    partner, name = a_partner(product, "paul@praxis.example", "127.0.0.14")
    service_id, _ = an_offer(partner)
    stranger, booked = a_booking(product, name, service_id, sms=False, email="bea@example.ch")
    token = booked["link"].rsplit("/", 1)[1]

    moved = stranger.form("link-move", {"token": token}, start="2027-03-04T10:00:00+01:00")
    stranger.form("link-cancel", {"token": token}, reason="krank")
    product.settled()

    assert moved["start"] == "2027-03-04T10:00:00+01:00"
    mails = [one["body"] for one in product.journal("mail") if "bea@example.ch" in one["body"]["to"]]
    calendars = ["".join(part["content"] for part in one["attachments"]) for one in mails]
    assert sum("METHOD:CANCEL" in one for one in calendars) == 1
    day = f"/book/{name}/times?service_id={service_id}&from=2027-03-03&to=2027-03-04"
    starts = [t["start"] for d in stranger.good("GET", day)["days"] for t in d["times"]]
    assert "2027-03-03T08:00:00+01:00" in starts
    assert "2027-03-04T10:00:00+01:00" in starts
    kinds = {item["kind"] for item in partner.good("GET", "/activity")["items"]}
    assert {"appointment.booked", "appointment.moved", "appointment.cancelled"} <= kinds


def test_the_fourth_login_of_an_address_waits_to_the_second(product: Product) -> None:
    product.clock(NOW)
    door = product.door("127.0.0.21")
    wrong = {"email": "niemand@example.ch", "password": "falsch falsch"}

    first = [_login(door, **wrong) for _ in range(3)]
    forged = _login(door, {"X-Forwarded-For": "203.0.113.9"}, **wrong)
    product.clock(NOW + timedelta(seconds=299))
    late = _login(door, **wrong)
    retry_after = door.last_headers.get("Retry-After")
    product.clock(NOW + timedelta(seconds=300))

    assert first == [401, 401, 401]
    assert (forged, late, retry_after) == (429, 429, "1")
    assert _login(door, **wrong) == 401


def _login(door: Door, headers: dict[str, str] | None = None, /, **values: str) -> int:
    issued = door.good("GET", "/forms/login")
    return door.send(
        issued["method"], issued["action"], values, **{"X-Form-Token": issued["token"], **(headers or {})}
    )[0]
