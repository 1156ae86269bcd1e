"""From an order to an invoice that is paid: once each, whatever happens on the way."""

import contextlib
import json
import os
import random
import urllib.request
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from chalicelib.billing.records import InvoiceRow, OrderRow
from chalicelib.plumbing import table as rows
from chalicelib.plumbing.visit import of_job
from chalicelib.privacy import purge
from chalicelib.privacy.records import PurgeRow
from tests.fakes.providers import Desk
from tests.worlds import outbox, partners, people
from tests.worlds.browser import open_page
from tests.worlds.outbox import Killed, Queue

PURCHASES = int(os.environ.get("BILLING_PURCHASES") or 20)


def told(desk: Desk) -> list[dict[str, Any]]:
    """The calls that tell bexio about somebody: all but tokens, look-ups and the hourly question about nobody."""
    return [
        one
        for one in desk.journal("bexio")
        if "/contact" in one["path"] or ("/kb_invoice" in one["path"] and "updated_at" not in json.dumps(one["body"]))
    ]


def disclosed(partner_id: str) -> int:
    kinds = [one["kind"]["S"] for one in rows.walk("activity", partner_id) if "kind" in one]
    return kinds.count("data.disclosed")


def test_an_order_becomes_one_issued_invoice_with_a_document_and_its_payment_is_noticed(
    table: Any, clock: Any, books: Any, desk: Desk, queue: Queue
) -> None:
    world = partners.a_partner(table, clock)

    ordered = world.owner.form("order", plan="starter", period="year")
    queue.drain()

    order = ordered.json
    assert (ordered.status, order["state"], order["gross_rappen"]) == (201, "active", 31_350)
    assert world.owner.get("/partner").json["plan"] == "starter"
    [invoice] = books.invoices()
    [contact] = books.contacts()
    assert (invoice["kb_item_status_id"], invoice["api_reference"], invoice["mwst_type"]) == (8, order["id"], 0)
    assert (contact["name_1"], contact["mail"]) == ("Praxis Morgenrot", world.emails[world.employee_ids[0]])
    assert [one["recipient_email"] for one in books.sent()] == [contact["mail"]]
    shown = world.owner.get(f"/invoices/{order['invoice_id']}").json
    assert (shown["state"], shown["number"], shown["keep_until"]) == ("open", invoice["document_nr"], "2036-12-31")
    assert urllib.request.urlopen(shown["pdf_url"]).read().startswith(b"%PDF")
    kept = rows.get(InvoiceRow, world.id, f"invoice#{order['invoice_id']}")
    assert kept is not None
    assert kept.billed["street"] == "Seestrasse 1"
    assert disclosed(world.id) == len(told(desk)) > 0

    from chalicelib.billing import jobs

    books.pay(invoice["id"], "100")
    run(jobs)
    assert world.owner.get(f"/invoices/{order['invoice_id']}").json["state"] == "partly_paid"
    clock.set(clock.now + timedelta(days=40))
    run(jobs)
    world.owner = world.sign_in("owner")
    assert world.owner.get(f"/invoices/{order['invoice_id']}").json["state"] == "overdue"
    books.pay(invoice["id"], "213.50")
    run(jobs)
    assert world.owner.get("/invoices").json["items"][0]["state"] == "paid"
    assert len(list(rows.walk("ledger", world.id, first="state#", last="state#\uffff"))) == 3


def run(jobs: Any) -> dict[str, Any]:
    from types import SimpleNamespace

    from tests.worlds.outbox import _scheduled

    return dict(jobs.sync(_scheduled(), SimpleNamespace(aws_request_id="test")))


def test_more_applies_at_once_less_at_the_end_and_a_period_renews_itself(
    table: Any, clock: Any, books: Any, desk: Desk, queue: Queue
) -> None:
    world = partners.a_partner(table, clock)
    assert world.owner.form("order", plan="free").json["code"] == "already_on_plan"
    first = world.owner.form("order", plan="starter", period="month").json
    clock.set(clock.now + timedelta(days=15))
    world.owner = world.sign_in("owner")

    more = world.owner.form("order", plan="business", period="month").json
    less = world.owner.form("order", plan="free").json

    assert (more["state"], more["net_rappen"]) == ("active", 5_900 - 2_900 * 15 // 30)
    assert (less["state"], less["invoice_id"], less["starts_on"]) == ("scheduled", None, more["renews_on"])
    assert world.owner.get("/partner").json["plan"] == "business"
    assert world.owner.form("order", plan="business", period="month").json["id"] == more["id"]
    assert sorted(one["state"] for one in world.owner.get("/orders").json["items"]) == ["active", "ended", "ended"]
    assert world.owner.get(f"/orders/{first['id']}").json["plan"] == "starter"
    queue.until(datetime.fromisoformat(more["renews_on"]).replace(tzinfo=UTC))
    world.owner = world.sign_in("owner")
    renewed = world.owner.get("/orders").json["items"][0]
    assert (renewed["plan"], renewed["state"], renewed["net_rappen"]) == ("business", "active", 5_900)
    assert world.owner.form("order", plan="free").json["state"] == "scheduled"
    queue.until(datetime.fromisoformat(renewed["renews_on"]).replace(tzinfo=UTC))
    world.owner = world.sign_in("owner")
    assert world.owner.get("/partner").json["plan"] == "free"
    assert len(books.invoices()) == 3
    assert len(books.contacts()) == 1


def test_twenty_purchases_among_faults_and_crashes_are_twenty_invoices(
    table: Any, clock: Any, books: Any, desk: Desk, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    dice = random.Random(20_261_123)
    worlds = [partners.a_partner(table, clock, company=f"Salon {number}", employees=1) for number in range(PURCHASES)]
    faults: tuple[dict[str, Any], ...] = (
        {"drop": True, "after": True},
        {"drop": True},
        {"status": 500},
        {"status": 500, "after": True},
        {"status": 429, "headers": {"ratelimit-reset": "20"}},
        {"status": 502, "body": "<html>", "after": True},
        {"status": 200, "body": "{", "after": True},
        {"status": 200, "body": "{}", "after": True},
        {"status": 200, "body": "x" * 1_100_000, "after": True},
        {"status": 200, "body": "ERROR:105"},
        {"status": 302, "headers": {"Location": "http://169.254.169.254/"}},
        {"status": 401},
        {"status": 403},
        {"status": 409},
        {"status": 503, "headers": {"Retry-After": "20"}},
    )
    _dies_now_and_then(monkeypatch, dice)

    for world in worlds:
        assert world.owner.form("order", plan="business", period="month").status == 201
        for _ in range(dice.randrange(4)):
            desk.fail("bexio", **dice.choice(faults))
        queue.queued += queue.queued[-1:]  # every order's message comes twice
        while queue.queued:
            with contextlib.suppress(Killed):
                queue.drain()
    for _ in range(40):
        if all(row.finished_at for row in outbox.rows("-", "invoice")):
            break
        clock.set(clock.now + timedelta(minutes=30))
        with contextlib.suppress(Killed):
            queue.minute()
        while queue.queued:
            with contextlib.suppress(Killed):
                queue.drain()

    invoices = books.invoices()
    assert len(invoices) == len({one["api_reference"] for one in invoices}) == PURCHASES
    assert {one["kb_item_status_id"] for one in invoices} == {8}
    assert len(books.contacts()) == PURCHASES
    assert len({one["invoice_id"] for one in books.sent()}) == len(books.sent())
    for world in worlds:
        [order] = rows.prefixed(OrderRow, world.id, "order#")
        assert rows.get(InvoiceRow, world.id, f"invoice#{order.invoice_id}") is not None


def _dies_now_and_then(monkeypatch: pytest.MonkeyPatch, dice: random.Random) -> None:
    """A worker that dies right after bexio has answered, or before it is asked, now and then."""
    from chalicelib.plumbing import web

    asked = web.call

    def call(disclosure: Any, method: str, url: str, **more: Any) -> Any:
        if "bexio" not in url or dice.random() > 0.05:
            return asked(disclosure, method, url, **more)
        if dice.random() < 0.5:
            asked(disclosure, method, url, **more)
        raise Killed

    monkeypatch.setattr(web, "call", call)


def test_nothing_but_the_nine_fields_and_the_line_reaches_bexio(
    table: Any, clock: Any, books: Any, desk: Desk, queue: Queue
) -> None:
    world = partners.a_partner(
        table, clock, services=({"name": "MARKER-service"},), timezone="Europe/Zurich", canton="ZG", booking_name="marker-b"
    )  # fmt: skip
    recipient = {
        "first_name": "MARKER-recipient", "last_name": "Rossi", "street": "Via MARKER 1", "postcode": "6900",
        "city": "MARKER-city", "country": "CH", "email": "rossi@example.org",
    }  # fmt: skip
    assert world.owner.form("order", plan="starter", card_number="4111111111111111").status == 400

    billing = {**recipient, "first_name": "Carla", "company": "Conti SA", "phone": "+41445550101", "street": "Via 1"}
    billing["city"] = "Lugano"
    wrong = world.owner.form("order", plan="starter", billing={**billing, "iban": "x"}, delivery=recipient)
    world.owner.form("order", plan="starter", billing={**billing, "email": "conti@example.org"}, delivery=recipient)
    queue.drain()

    journal = json.dumps([one["body"] for one in desk.journal("bexio")])
    assert [one["field"] for one in wrong.json["errors"]] == ["billing.iban"]
    assert "Conti SA" in journal
    assert "marker" not in journal.lower()
    assert [one["recipient_email"] for one in books.sent()] == ["rossi@example.org"]
    sent = {name for one in told(desk) if isinstance(one["body"], dict) for name in one["body"]}
    assert sent <= {
        "contact_type_id", "user_id", "owner_id", "name_1", "name_2", "street_name", "postcode", "city", "country_id", "mail",
        "phone_fixed", "language_id", "title", "contact_id", "currency_id", "mwst_type", "mwst_is_net",
        "show_position_taxes", "is_valid_from", "is_valid_to", "api_reference", "positions", "recipient_email", "subject",
        "message", "mark_as_open", "attach_pdf",
    }  # fmt: skip


def test_whoever_is_named_as_another_recipient_is_told_once_from_whom_we_know_and_what_they_may_ask(
    table: Any, clock: Any, books: Any, desk: Desk, queue: Queue
) -> None:
    world = partners.a_partner(table, clock, language="fr")
    carla = {
        "first_name": "Carla", "last_name": "Rossi", "street": "Via 1", "postcode": "6900", "city": "Lugano", "country": "CH",
        "email": "carla@example.org",
    }  # fmt: skip

    assert world.owner.form("order", plan="starter", delivery=carla).status == 201
    assert world.owner.form("order", plan="business", delivery={**carla, "email": "Carla@example.org"}).status == 201
    other = partners.a_partner(table, clock)
    other.owner.form("order", plan="starter", delivery={**carla, "email": other.emails[other.employee_ids[0]]})
    queue.drain()
    clock.set(clock.now + timedelta(days=1))
    queue.minute()

    [mail] = [one["body"] for one in desk.journal("mail") if one["effects"]]
    assert [one.lower() for one in mail["to"]] == ["carla@example.org"]  # both orders lie in one millisecond
    for said in ("Carla Rossi", world.company, "bexio", "dix ans", "edoeb.admin.ch", "/policies/privacy"):
        assert said in mail["text"], said
    assert mail["headers"]["Content-Language"] == "fr"


def test_a_card_number_is_refused_wherever_it_is_typed_and_lies_nowhere(
    table: Any, clock: Any, books: Any, desk: Desk, queue: Queue, capfd: pytest.CaptureFixture[str]
) -> None:
    world = partners.a_partner(table, clock)
    address = {
        "first_name": "Carla", "last_name": "Rossi", "company": "Conti SA", "street": "Via 1", "postcode": "6900",
        "city": "Lugano", "country": "CH", "email": "carla@example.org", "phone": "+41445550101",
    }  # fmt: skip
    card = "4111 1111-1111 1111"

    refused = {}
    for name in ("first_name", "last_name", "company", "street", "city", "email"):
        typed = card if name != "email" else "4111111111111111@example.org"
        for part in ("billing", "delivery"):
            reply = world.owner.form("order", plan="starter", **{part: {**address, name: typed}})
            refused[f"{part}.{name}"] = (reply.status, [(one["field"], one["code"]) for one in reply.json["errors"]])
    unlike = world.owner.form("order", plan="starter", billing={**address, "street": "Via 4111 1111 1111 1112"})
    queue.drain()

    assert refused == {name: (422, [(name, "card_number")]) for name in refused}
    assert unlike.status == 201
    tables = [list(rows.walk(name, world.id)) for name in ("ledger", "activity")]
    said = str(tables) + json.dumps(desk.journal("bexio")) + "".join(capfd.readouterr())
    assert "Conti SA" in said
    assert "4111111111111111" not in said.replace(" ", "").replace("-", "")


def test_a_card_number_that_stands_in_the_account_begins_no_plan(table: Any, clock: Any, books: Any) -> None:
    world = partners.a_partner(table, clock)
    assert world.owner.form("profile", street="4111 1111 1111 1111").status == 200

    refused = world.owner.form("order", plan="starter")
    world.owner.form("profile", street="Seeweg 1")
    mended = world.owner.form("order", plan="starter")

    assert [(one["field"], one["code"]) for one in refused.json["errors"]] == [("street", "card_number")]
    assert mended.status == 201


def test_each_field_that_an_invoice_needs_is_asked_for_before_a_plan_begins(
    table: Any, clock: Any, books: Any, queue: Queue
) -> None:
    needed = ("first_name", "last_name", "company", "street", "postcode", "city", "country", "email", "phone")
    address = {
        "first_name": "Carla", "last_name": "Rossi", "company": "Conti SA", "street": "Via 1", "postcode": "6900",
        "city": "Lugano", "country": "CH", "email": "carla@example.org", "phone": "+41445550101",
    }  # fmt: skip
    world = partners.a_partner(table, clock)

    for name in needed:
        reply = world.owner.form("order", plan="starter", billing={**address, name: ""})
        assert (reply.status, [one["field"] for one in reply.json["errors"]]) == (422, [f"billing.{name}"]), name
    for name in ("first_name", "company", "street", "city"):
        lacking = partners.a_partner(table, clock, **{name: ""})
        reply = lacking.owner.form("order", plan="starter")
        assert (reply.status, [one["field"] for one in reply.json["errors"]]) == (422, [name]), name
        assert lacking.owner.get("/partner").json["plan"] == "free"
    queue.drain()

    assert books.invoices() == books.contacts() == []
    assert world.owner.form("order", plan="starter", billing=address).status == 201
    queue.drain()
    sent = json.dumps(books.contacts())
    assert [
        name for name in needed if name != "country" and address[name] not in sent and address[name][1:] not in sent
    ] == []


def test_the_free_plan_tells_bexio_nothing_and_others_order_nothing(
    table: Any, clock: Any, books: Any, desk: Desk, queue: Queue
) -> None:
    world = partners.a_partner(table, clock, employees=2)
    other = partners.a_partner(table, clock)
    before = len(desk.journal("bexio"))
    order = other.owner.form("order", plan="starter").json

    assert world.sign_in("employee").get("/orders").status == 403
    assert world.owner.get(f"/orders/{order['id']}").status == 404
    assert world.owner.get(f"/invoices/{order['invoice_id']}").status == 404
    assert world.owner.get("/invoices").json["items"] == []
    assert len(desk.journal("bexio")) == before
    plans = world.owner.get("/plans").json
    assert len({tuple(one["features"]) for one in plans["items"]}) == 1


def test_a_closed_account_leaves_its_invoices_and_its_contact_is_emptied_once_they_are_settled(
    emulator: Any, table: Any, clock: Any, books: Any, desk: Desk, queue: Queue
) -> None:
    from chalicelib.billing import jobs
    from chalicelib.privacy import certificate
    from chalicelib.support import zendesk

    zendesk._held.clear()
    owner = people.owner(emulator.endpoint, company="Salon Zyprian", email="zyprian@example.org")
    order = owner.visitor.form("order", plan="starter", period="month").json
    queue.drain()
    partner_id = owner.visitor.get("/partner").json["id"]

    closing = owner.visitor.form("close-account", password=people.PASSWORD, confirm=True).json["certificate"]
    for _ in range(4):
        queue.until(clock.now + timedelta(minutes=2))

    assert bexio_of(certificate.read(closing))["state"] == "restricting"
    assert books.contacts()[0]["name_1"] == "Salon Zyprian"
    books.pay(books.invoices()[0]["id"], "31.35")
    run(jobs)
    for _ in range(4):
        queue.until(clock.now + timedelta(hours=7))
    after = certificate.read(closing)
    kept = rows.get(InvoiceRow, partner_id, f"invoice#{order['invoice_id']}")
    assert bexio_of(after)["state"] == "restricted"
    assert bexio_of(after)["due_on"] == "2036-12-31"
    assert {one["room"]: one["outcome"] for one in after["receipts"]}["billing"] == "kept"
    [contact] = books.contacts()
    assert (contact["archived"], "yprian" in json.dumps(contact)) == (True, False)
    assert "Salon Zyprian" in books.invoices()[0]["contact_address"]
    assert kept is not None
    assert kept.billed["company"] == "Salon Zyprian"
    assert disclosed(partner_id) == len(told(desk))


def test_invoices_stay_until_the_last_day_of_the_tenth_business_year_and_are_gone_the_night_after(
    table: Any, clock: Any, books: Any, desk: Desk, queue: Queue
) -> None:
    world = partners.a_partner(table, clock, employees=2)
    world.owner.form("order", plan="starter", period="year")
    queue.drain()
    due = date(2037, 1, 1)  # what was bought in 2026 is kept until the end of 2036
    begun = PurgeRow(*purge.KEY, version=1, next_on=due - timedelta(days=1), proofs=0, last_hash="")
    rows.put(begun)
    before = {one["sk"]["S"].partition("#")[0] for one in rows.walk("ledger", world.id)}

    kept = []
    for on in (due - timedelta(days=1), due):
        clock.set(datetime.combine(on, time(2), UTC))
        purge.everything(of_job(clock.now, "r"))
        left = {one["sk"]["S"].partition("#")[0] for one in rows.walk("ledger", world.id)}
        kept.append((left & {"order", "invoice"}, world.sign_in("owner").get("/invoices").json["items"] != []))

    assert {"order", "invoice"} <= before
    assert kept == [({"order", "invoice"}, True), (set(), False)]
    assert world.sign_in("employee").get("/invoices").status == 403


def bexio_of(shown: dict[str, Any]) -> dict[str, Any]:
    return next(one for one in shown["processors"] if one["name"] == "bexio")


@pytest.mark.parametrize("language", ["de", "fr"])
def test_the_pages_say_what_applies_what_it_costs_and_what_was_invoiced(
    language: str, table: Any, clock: Any, books: Any, desk: Desk, queue: Queue
) -> None:
    world = partners.a_partner(table, clock)

    page = open_page(world.owner, f"/orders?lang={language}")
    sent = page.send("/orders", plan="starter", period="year")
    queue.drain()
    order = world.owner.get("/orders").json["items"][0]

    assert sent.status == 303, sent.text
    for path in ("/plans", "/orders", f"/orders/{order['id']}", "/invoices", f"/invoices/{order['invoice_id']}"):
        shown = open_page(world.owner, f"{path}?lang={language}")
        assert shown.reply.status == 200, path
        assert "313.50" in shown.reply.text, path
    assert "RE-0" in open_page(world.owner, "/invoices").reply.text
    assert "/invoices" in open_page(world.owner, "/orders").reply.text
