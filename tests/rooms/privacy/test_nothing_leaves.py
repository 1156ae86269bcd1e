"""Without a consent, a purchase or a wish nothing leaves; with them every call is logged once, and nothing comes back with it."""

import json
import os
import re
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.activity import rollup
from chalicelib.billing import access, bexio
from chalicelib.billing import sync as billing
from chalicelib.plumbing import web
from chalicelib.plumbing.visit import of_job
from chalicelib.privacy import purge
from chalicelib.support import zendesk
from tests.fakes.providers import Desk
from tests.worlds import bookings, people, tables
from tests.worlds.browser import open_page
from tests.worlds.outbox import Queue
from tests.worlds.partners import a_partner
from tests.worlds.visitor import Visitor

VENDORS = ("smsapi", "bexio", "zendesk", "chatra", "autopilot", "ortto", "ga4")
TABLES = ("records", "ledger", "activity", "guard", "keys")
TYPED = {"anna@muster.example", "lea@example.org", "otto@example.org", "beat@example.org"}


@pytest.fixture
def house(emulator: Any, desk: Desk, queue: Queue, clock: Any, proofs: str) -> people.Owner:
    """A partner who came in by the front door and wished for nothing."""
    access.forget_held()
    bexio.forget_looked_up()
    zendesk._held.clear()
    return people.owner(emulator.endpoint)


def everything() -> str:
    return json.dumps([tables.rows(os.environ["AWS_ENDPOINT_URL"], name) for name in TABLES], default=str)


def outward(desk: Desk) -> list[tuple[str, str]]:
    """Every call to a vendor but mail, which leaves us through the processor that holds all data."""
    return [(name, one["path"]) for name in VENDORS for one in desk.journal(name)]


def week(owner: people.Owner, clock: Any, queue: Queue) -> str:
    """All that a partner and its customers do here without wishing for SMS, newsletter, chat, counting, help or a paid plan."""
    team, made = owner.visitor, []

    def done(reply: Any) -> Any:
        assert reply.status < 300, reply.text
        made.append(reply)
        return reply.json if reply.text else None

    done(team.form("profile", sms_enabled=True, retention_months=12))
    done(team.form("accept-policy", {"name": "dpa"}, version=people.VERSION))
    done(team.form("employee", first_name="Beat", last_name="Kern", email="beat@example.org"))
    service = done(team.form("service", name="Beratung", duration_minutes=30, employee_ids=[owner.employee_id]))
    hours = {day: [["08:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    done(team.form("hours", {"id": owner.employee_id}, weekly=hours))
    done(team.form("api-key", name="Website", scopes=["read"]))
    customer = done(
        team.form("customer", first_name="Otto", last_name="Frei", email="otto@example.org", phone="+41791234568")
    )
    done(team.form("customer", {"id": customer["id"], "method": "PATCH"}, note="Kommt gern früh"))
    day = timedelta(days=1)
    done(
        team.form("appointment", service_id=service["id"], start=(clock.now + 2 * day).isoformat(),
                  customer_id=customer["id"])
    )  # fmt: skip
    guest = Visitor(ip="192.0.2.77")
    booked = done(
        guest.submit(guest.issue("book", booking_name=owner.booking_name), service_id=service["id"], sms=False,
                     start=(clock.now + 3 * day).isoformat(), first_name="Lea", last_name="Keller", phone="+41791234567",
                     email="lea@example.org", accept_privacy=people.VERSION)
    )  # fmt: skip
    token = booked["link"].rpartition("/")[2]
    done(guest.form("link-move", {"token": token}, start=(clock.now + 4 * day).isoformat()))
    done(guest.form("link-request", {"token": token}, kind="access"))
    done(team.form("breach", noticed_at=clock.now.isoformat(), what="Laptop", data_kinds="Namen"))
    done(team.form("text", {"kind": "confirmation", "language": "de"}, subject="Bis bald"))
    assert team.form("order", plan="free").status == 409
    queue.drain()
    for path in (
        "/",
        "/contact",
        "/counting",
        "/policies",
        "/sub-processors",
        f"/book/{owner.booking_name}",
        f"/my/{token}",
    ):
        open_page(guest, path)
    for path in (
        "/desk",
        "/customers",
        "/activity",
        "/disclosures",
        "/consents",
        "/newsletter",
        "/plans",
        "/orders",
        "/contact",
    ):
        open_page(team, path)
    for hours_later in (25, 26):
        queue.until(clock.now + timedelta(hours=hours_later))
    job = of_job(clock.now, "r")
    rollup.everything(job)
    purge.everything(job)
    billing.everything(job)
    done(guest.form("link-cancel", {"token": token}))
    queue.drain()
    assert len(made) > 12
    return token


def test_with_all_consents_off_every_flow_ends_and_no_call_leaves(
    house: people.Owner, desk: Desk, queue: Queue, clock: Any
) -> None:
    week(house, clock, queue)
    told, disclosed = outward(desk), everything().count("data.disclosed")
    people.log_in(house.visitor)
    closed = house.visitor.form("close-account", password=people.PASSWORD, confirm=True)
    for _ in range(3):
        queue.until(clock.now + timedelta(hours=25))

    mails = [one["body"] for one in desk.journal("mail") if one["effects"]]
    assert (told, disclosed, closed.status) == ([], 0, 202)
    assert len(mails) >= 6
    assert {address for mail in mails for address in mail["to"]} <= TYPED
    # Whether somebody ever asked us anything only Zendesk knows: to have it erased there, it has to be asked.
    assert {name for name, _ in outward(desk)} == {"zendesk"}
    assert not [path for name, path in outward(desk) if "/tickets.json" in path]


def test_every_call_is_logged_once_whatever_the_vendors_answer_and_nothing_they_know_is_taken(
    house: people.Owner, desk: Desk, queue: Queue, clock: Any, table: Any, monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    real = web.call

    def generous(*args: Any, **more: Any) -> Any:
        """Every answer holds more than anybody asked for."""
        reply = real(*args, **more)
        try:
            body = json.dumps(_more(json.loads(reply.body))).encode()
        except ValueError:
            return reply
        return replace(reply, body=body, headers={**reply.headers, "x-known": "zqvendor"})

    monkeypatch.setattr(web, "call", generous)
    team = house.visitor
    world = a_partner(table, clock)
    for vendor in VENDORS:
        desk.fail(vendor, drop=True, after=True)

    assert team.form("newsletter", subscribed=True).status == 202
    queue.drain()
    link = re.search(
        r"/forms/confirm-newsletter\?token=([A-Za-z0-9_-]+)", str([m["body"] for m in desk.journal("mail")])
    )
    assert link is not None
    assert team.form("confirm-newsletter", {"token": link[1]}).status == 201
    assert team.form("order", plan="starter", period="month").status == 201
    team.form(
        "support", first_name="Anna", last_name="Muster", email="anna@muster.example", subject="Frage", text="Wie?"
    )
    bookings.book(world, sms=True, phone="+41791234567")
    guest = Visitor(ip="192.0.2.78")
    guest.form("counting")
    guest.form("chat")
    open_page(guest, "/")
    queue.drain()
    for _ in range(8):
        queue.until(clock.now + timedelta(minutes=20))
    world.owner = world.sign_in()
    people.log_in(team)
    team.form("newsletter", subscribed=False)
    desk.simulators.faults.clear()
    for _ in range(4):
        queue.until(clock.now + timedelta(minutes=20))

    logged: Counter[str] = Counter()
    for row in tables.rows(os.environ["AWS_ENDPOINT_URL"], "activity"):
        if row.get("kind") == {"S": "data.disclosed"}:
            logged[json.loads(row["detail"]["S"])["recipient"]] += 1
    calls = Counter(name for name in VENDORS for one in desk.journal(name) if about_somebody(name, one))
    assert calls == logged
    assert set(calls) == {"smsapi", "bexio", "zendesk", "ortto", "ga4"}
    assert len(desk.simulators.bexio.invoices()) == len(desk.simulators.zendesk.tickets()) == 1
    assert len(desk.simulators.smsapi.messages()) == 1
    assert desk.simulators.ortto.people() == []
    assert "zqvendor" not in everything() + "".join(capfd.readouterr())
    assert {row["source"]["S"] for row in tables.rows(os.environ["AWS_ENDPOINT_URL"], "activity") if "source" in row} <= {
        "web", "widget", "api", "webhook", "job", "import",
    }  # fmt: skip


def about_somebody(vendor: str, call: dict[str, Any]) -> bool:
    """All but tokens, look-ups of our own account, and the hourly question about nobody."""
    if vendor == "bexio":
        person = "/contact" in call["path"] or "/kb_invoice" in call["path"]
        return person and "updated_at" not in json.dumps(call["body"])
    return "/oauth/" not in call["path"]


def _more(value: Any) -> Any:
    if isinstance(value, dict):
        return {**{name: _more(one) for name, one in value.items()}, "birthday": "zqvendor", "mobile": "zqvendor"}
    return [_more(one) for one in value] if isinstance(value, list) else value
