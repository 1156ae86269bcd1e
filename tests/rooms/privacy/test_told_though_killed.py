"""Whoever dies right before or right after a call, at whichever call of a conversation: the log says every one that was made."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.activity.records import OutboxRow
from chalicelib.billing import access, bexio
from chalicelib.billing import jobs as billing
from chalicelib.exchange import content, gather
from chalicelib.plumbing import settings, web
from chalicelib.plumbing import table as product
from chalicelib.plumbing.refusals import Unavailable
from chalicelib.plumbing.visit import of_job
from chalicelib.privacy import elsewhere
from chalicelib.support import zendesk
from tests.fakes import listener
from tests.fakes.providers import Desk
from tests.worlds import bookings, people, tables
from tests.worlds.browser import open_page
from tests.worlds.outbox import Killed, Queue, _scheduled, rows
from tests.worlds.partners import World, a_partner
from tests.worlds.visitor import Visitor

BEFORE, AFTER = "before it left", "after it was taken"
LEA = {"first_name": "Lea", "last_name": "Keller", "email": "lea@example.org", "phone": "+41791234567"}


@dataclass
class Scene:
    """The house, its vendors, and a program of a partner's own."""

    desk: Desk
    queue: Queue
    clock: Any
    table: Any
    endpoint: str
    own: listener.Listener
    heard: list[bytes]

    def partner(self) -> World:
        return a_partner(self.table, self.clock)

    def drain(self) -> None:
        """Work, and go on with another worker when one dies."""
        while self.queue.queued:
            with suppress(Killed):
                self.queue.drain()

    def passes(self, *, minutes: int = 35, times: int = 6) -> None:
        for _ in range(times):
            self.clock.set(self.clock.now + timedelta(minutes=minutes))
            with suppress(Killed):
                self.queue.minute()
            self.drain()

    def made(self, vendor: str) -> int:
        """How many calls about somebody the vendor has taken."""
        if vendor == "own_system":
            return len(self.heard)
        return sum(1 for one in self.desk.journal(vendor) if about_somebody(vendor, one))

    def logged(self, vendor: str) -> int:
        found = [one for one in tables.rows(self.endpoint, "activity") if one.get("kind") == {"S": "data.disclosed"}]
        # Of closed accounts it is blacked out who was told: here it was bexio alone.
        return sum(_recipient(one.get("detail", {}).get("S")) == vendor for one in found)


def _recipient(detail: str | None) -> str:
    return str(json.loads(detail)["recipient"]) if detail else "bexio"


def about_somebody(vendor: str, call: dict[str, Any]) -> bool:
    if vendor == "bexio":
        person = "/contact" in call["path"] or "/kb_invoice" in call["path"]
        return person and "updated_at" not in json.dumps(call["body"])
    return "/oauth/" not in call["path"]


@pytest.fixture
def scene(
    desk: Desk, queue: Queue, clock: Any, table: Any, emulator: Any, proofs: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Scene]:
    monkeypatch.setenv("WEBHOOKS_LOCAL", "1")
    settings.get.cache_clear()
    heard: list[bytes] = []
    access.forget_held()
    bexio.forget_looked_up()
    zendesk._held.clear()
    bexio._me(), bexio._tax(), bexio._currency(), bexio._country("CH")
    with listener.listening(b"HTTP/1.1 204 Heard\r\n\r\n") as own:
        monkeypatch.setattr(own.requests, "put", heard.append)
        yield Scene(desk, queue, clock, table, emulator.endpoint, own, heard)
    access.forget_held()
    bexio.forget_looked_up()
    zendesk._held.clear()
    settings.get.cache_clear()


Go = Callable[[], None]


def an_sms(scene: Scene) -> Go:
    world = scene.partner()

    def go() -> None:
        bookings.book(world, sms=True, phone=LEA["phone"])
        scene.drain()

    return go


def an_sms_whose_first_answer_is_lost(scene: Scene) -> Go:
    scene.desk.fail("smsapi", drop=True, after=True)
    return an_sms(scene)


def a_visit(scene: Scene) -> Go:
    guest = Visitor(ip="192.0.2.78")
    assert guest.form("counting").status == 201

    def go() -> None:
        open_page(guest, "/")
        scene.passes(minutes=1, times=1)

    return go


def an_invoice(scene: Scene) -> Go:
    world = scene.partner()

    def go() -> None:
        world.owner.form("order", plan="starter", period="month")
        scene.drain()

    return go


def a_look_at_an_invoice(scene: Scene) -> Go:
    world = scene.partner()
    world.owner.form("order", plan="starter", period="month")
    scene.drain()
    scene.clock.set(scene.clock.now + timedelta(hours=5))
    looked()  # what changed is listed; what did not for a day is asked for by itself
    scene.clock.set(scene.clock.now + timedelta(days=2))

    def go() -> None:
        with suppress(Killed):
            looked()
        scene.passes(times=1)
        looked()

    return go


def looked() -> None:
    billing.sync(_scheduled(), SimpleNamespace(aws_request_id="test"))


def a_contact_to_be_emptied(scene: Scene) -> Go:
    number = len(scene.desk.journal("mail"))
    owner = people.owner(scene.endpoint, email=f"owner{number}@example.org", ip=f"192.0.2.{number}")
    scene.drain()
    assert owner.visitor.form("order", plan="starter", period="month").status == 201
    scene.drain()
    invoice = scene.desk.simulators.bexio.invoices()[-1]
    scene.desk.simulators.bexio.pay(invoice["id"], "31.35")
    looked()

    def go() -> None:
        assert owner.visitor.form("close-account", password=people.PASSWORD, confirm=True).status == 202
        scene.drain()
        scene.passes(times=8)

    return go


def wished(scene: Scene) -> tuple[World, str]:
    """A partner who asked for the newsletter, and the token in the mail that asks whether it is so."""
    world = scene.partner()
    world.owner.form("newsletter", subscribed=True)
    scene.drain()
    found = re.search(r"/forms/confirm-newsletter\?token=([A-Za-z0-9_-]+)", str(scene.desk.journal("mail")[-1]["body"]))
    assert found is not None
    return world, found[1]


def a_subscriber(scene: Scene) -> Go:
    _, token = wished(scene)

    def go() -> None:
        assert Visitor().form("confirm-newsletter", {"token": token}).status == 201
        scene.drain()

    return go


def somebody_who_leaves(scene: Scene) -> Go:
    world, token = wished(scene)
    Visitor().form("confirm-newsletter", {"token": token})
    scene.drain()

    def go() -> None:
        assert world.owner.form("newsletter", subscribed=False).status == 202
        scene.drain()

    return go


def a_ticket(scene: Scene) -> Go:
    world = scene.partner()
    form = world.owner.issue("support")
    values = {**LEA, "subject": "Frage", "text": "Wie?"}
    del values["phone"]

    def go() -> None:
        with suppress(Killed):
            world.owner.submit(form, **values)
        assert world.owner.submit(form, **values).status == 201

    return go


def somebody_to_be_forgotten(scene: Scene) -> Go:
    email = f"lea{len(scene.desk.journal('zendesk'))}@example.org"
    for text in ("Wie?", "Warum?"):
        Visitor().form("support", first_name="Lea", last_name="Keller", email=email, subject="Frage", text=text)

    def go() -> None:
        elsewhere.ask_for(of_job(scene.clock.now, "r"), email)
        scene.queue.queued += [json.dumps([row.pk, row.sk]) for row in rows("-", elsewhere.ZENDESK) if not ended(row)]
        scene.drain()

    return go


def ended(row: OutboxRow) -> bool:
    return row.finished_at is not None


def a_webhook(scene: Scene) -> Go:
    return a_webhook_of(scene, scene.partner())


def a_webhook_of(scene: Scene, world: World, *, kind: str = "customer.created") -> Go:
    made = world.owner.form(
        "webhook-endpoint", url=f"{scene.own.url}/hook", kinds=[kind], fields=["first_name", "email"]
    )
    assert made.status == 201, made.text

    def go() -> None:
        assert world.owner.form("customer", **LEA).status == 201
        scene.drain()

    return go


STORIES: dict[str, tuple[str, Callable[[Scene], Go], int]] = {
    "an SMS": ("smsapi", an_sms, 1),
    "an SMS whose first answer is lost": ("smsapi", an_sms_whose_first_answer_is_lost, 2),
    "a visit": ("ga4", a_visit, 1),
    "an invoice": ("bexio", an_invoice, 7),
    "a look at an invoice": ("bexio", a_look_at_an_invoice, 1),
    "a contact to be emptied": ("bexio", a_contact_to_be_emptied, 2),
    "a subscriber at Ortto": ("ortto", a_subscriber, 1),
    "a subscriber at Autopilot": ("autopilot", a_subscriber, 1),
    "somebody who leaves Ortto": ("ortto", somebody_who_leaves, 2),
    "somebody who leaves Autopilot": ("autopilot", somebody_who_leaves, 1),
    "a ticket": ("zendesk", a_ticket, 1),
    "somebody to be forgotten": ("zendesk", somebody_to_be_forgotten, 9),
    "a webhook": ("own_system", a_webhook, 1),
}
"""Each with its vendor, and how many calls it makes at least."""


class Death:
    """Whoever makes the call of this number to this vendor about somebody dies."""

    def __init__(self, patch: pytest.MonkeyPatch, vendor: str, number: int, when: str) -> None:
        self.died = False
        self._vendor, self._left, self._when = vendor, number, when
        for name in ("call", "deliver"):
            patch.setattr(web, name, self._instead_of(getattr(web, name)))

    def _instead_of(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def asked(disclosure: Any, *said: Any, **more: Any) -> Any:
            if disclosure.recipient != self._vendor or disclosure.subject_kind in ("nobody", "webhook"):
                return real(disclosure, *said, **more)
            self._left -= 1
            self.died = self.died or self._left == 0
            if self._left == 0 and self._when == BEFORE:
                raise Killed
            try:
                return real(disclosure, *said, **more)
            finally:
                if self._left == 0:
                    raise Killed

        return asked


@pytest.mark.parametrize("when", [BEFORE, AFTER])
@pytest.mark.parametrize("story", STORIES)
def test_one_line_for_each_call_that_was_made_and_one_for_one_that_may_have_been(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, story: str, when: str
) -> None:
    vendor, told, least = STORIES[story]
    if vendor in ("ortto", "autopilot"):
        monkeypatch.setenv("NEWSLETTER", vendor)
        settings.get.cache_clear()
    begun, deaths = scene.clock.now, 0
    for number in range(1, 30):
        scene.clock.set(begun)
        go = told(scene)
        made, logged = scene.made(vendor), scene.logged(vendor)
        with monkeypatch.context() as patch:
            death = Death(patch, vendor, number, when)
            with suppress(Killed):
                go()
            scene.passes()
        made, logged = scene.made(vendor) - made, scene.logged(vendor) - logged
        assert (logged, made > 0 or death.died) == (made + (death.died and when == BEFORE), True), (
            f"dead at call {number}"
        )
        assert [one.sk for one in rows("-", "told")] == []
        if not death.died:
            break
        deaths += 1

    assert not death.died
    assert deaths >= least


@pytest.mark.parametrize("story", STORIES)
def test_a_call_that_surely_did_not_leave_is_in_no_log_and_nothing_stays_put_down(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, story: str
) -> None:
    vendor, told, _ = STORIES[story]
    if vendor in ("ortto", "autopilot"):
        monkeypatch.setenv("NEWSLETTER", vendor)
        settings.get.cache_clear()
    go = told(scene)
    made, logged = scene.made(vendor), scene.logged(vendor)
    tried: list[str] = []

    def nobody_there(*said: Any, **_: Any) -> Any:
        tried.append(said[0].recipient)
        raise web.Unreachable

    with monkeypatch.context() as patch:
        for name in ("call", "deliver"):
            patch.setattr(web, name, nobody_there)
        with suppress(AssertionError):  # a form is answered with 503
            go()
        scene.passes(times=1)

    assert vendor in tried
    assert (scene.made(vendor), scene.logged(vendor)) == (made, logged)
    assert rows("-", "told") == []


def test_what_a_dead_worker_told_stands_on_the_customers_page_and_on_the_partners(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = scene.partner()
    a_webhook_of(scene, world, kind="appointment.booked")
    with monkeypatch.context() as patch:
        Death(patch, "smsapi", 1, AFTER)
        link = bookings.book(world, sms=True, phone=LEA["phone"])["link"]
        scene.drain()
    dead = world.owner.get("/disclosures").json["items"]

    scene.passes(minutes=2, times=1)

    customers = Visitor().get(f"/my/{link.rpartition('/')[2]}/data").json["disclosures"]
    partners = world.owner.get("/disclosures").json["items"]
    [customer] = world.owner.get("/customers").json["items"]
    [part] = content.parts(["disclosures"])
    file = gather.rows(part, world.id, at=scene.clock.now, customer_id=customer["id"])
    their_file = [dict(zip((column.key for column in part.columns), row, strict=True)) for row in file]
    assert dead == []
    assert (scene.made("own_system"), scene.made("smsapi")) == (1, 2)
    for seen in (customers, partners, their_file):
        assert sorted(one["recipient"] for one in seen) == ["own_system", "smsapi", "smsapi"]


def test_what_a_dead_worker_told_is_logged_though_the_account_is_closed_in_the_same_minute(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = people.owner(scene.endpoint)
    owner.visitor.form("profile", sms_enabled=True)
    service = owner.visitor.form("service", name="Beratung", duration_minutes=30, employee_ids=[owner.employee_id]).json
    days = ("mon", "tue", "wed", "thu", "fri")
    owner.visitor.form("hours", {"id": owner.employee_id}, weekly={day: [["08:00", "18:00"]] for day in days})
    scene.drain()
    with monkeypatch.context() as patch:
        for vendor in ("smsapi", "bexio"):
            Death(patch, vendor, 1, AFTER)
        start = (scene.clock.now + timedelta(days=2)).isoformat()
        wish = {"service_id": service["id"], "start": start, "sms": True, "accept_privacy": people.VERSION}
        assert Visitor().form("book", {"booking_name": owner.booking_name}, **LEA, **wish).status == 201
        assert owner.visitor.form("order", plan="starter", period="month").status == 201
        scene.drain()
    assert (scene.made("smsapi"), scene.made("bexio")) == (1, 1)

    assert owner.visitor.form("close-account", password=people.PASSWORD, confirm=True).status == 202
    scene.drain()
    scene.passes()

    kinds = [one["kind"]["S"] for one in product.walk("activity", owner.partner_id) if "kind" in one]
    assert kinds.count("data.disclosed") == scene.made("smsapi") + scene.made("bexio")
    assert rows(owner.partner_id, "sms", "told") == []


def test_where_the_log_is_away_whoever_goes_on_writes_what_was_told(scene: Scene, dynamodb: Any) -> None:
    world = scene.partner()

    def away(operation: str, params: dict[str, Any]) -> None:
        if operation == "TransactWriteItems" and "data.disclosed" in str(params):
            raise Unavailable

    with dynamodb.breaking(away):
        bookings.book(world, sms=True, phone=LEA["phone"])
        scene.drain()
    before = (scene.made("smsapi"), scene.logged("smsapi"))
    scene.passes(minutes=2, times=2)

    assert before == (1, 0)
    assert scene.made("smsapi") == scene.logged("smsapi") == 2
    assert "already_sent" in [row.outcome for row in rows(world.id, "sms")]


def test_a_call_whose_row_goes_while_it_is_made_is_logged_all_the_same(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = scene.partner()
    go = a_webhook_of(scene, world)
    real = web.deliver

    def gone_meanwhile(*said: Any, **more: Any) -> Any:
        [row] = rows(world.id, "webhook")
        product.delete(row)
        return real(*said, **more)

    monkeypatch.setattr(web, "deliver", gone_meanwhile)
    go()
    scene.passes(minutes=2, times=2)

    assert scene.made("own_system") == scene.logged("own_system") == 1
