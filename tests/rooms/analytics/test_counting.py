"""Visits are counted of those who allow it, by our servers and under a number that means nobody; of all others nothing leaves."""

import json
import os
import re
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.activity import outbox as outboxes
from chalicelib.activity import record
from chalicelib.analytics import count, counting_pass, events, ga4
from chalicelib.plumbing import egress, settings, web
from chalicelib.plumbing.limits import Limit
from infra import map as house_map
from tests.fakes.providers import Desk
from tests.worlds import outbox, people, tables
from tests.worlds.bookings import LEA, START
from tests.worlds.browser import open_page
from tests.worlds.partners import World, a_partner
from tests.worlds.visitor import Visitor

OURS = ("/", "/counting", "/contact", "/policies", "/sub-processors", "/forms/register", "/imprint")
GOOGLE = re.compile(r"google-analytics|googletagmanager|googleapis|gtag|doubleclick")
GPC = {"sec-gpc": "1"}


def endpoint() -> str:
    return os.environ["AWS_ENDPOINT_URL"]


def everything() -> str:
    return json.dumps([tables.rows(endpoint(), name) for name in ("records", "activity", "guard")], default=str)


def disclosed() -> list[dict[str, Any]]:
    facts = [one for one in tables.rows(endpoint(), "activity") if one.get("kind") == {"S": "data.disclosed"}]
    return [one for one in facts if '"ga4"' in one["detail"]["S"]]


def books(practice: World, visitor: Visitor) -> Any:
    return visitor.form(
        "book", {"booking_name": practice.booking_name}, service_id=practice.service_id, start=START.isoformat(),
        accept_privacy=people.VERSION, **{name: value for name, value in LEA.items() if value is not None},
    )  # fmt: skip


def passes(practice: World, visitor: Visitor) -> None:
    """Look around, open an account, log in, book."""
    for path in ("/?lang=fr", "/policies/terms", f"/book/{practice.booking_name}", "/forms/register"):
        assert open_page(visitor, path).reply.status == 200
    assert people.register(visitor).status == 202
    token = people.confirmation_token(endpoint(), people.ANNA["email"])
    assert visitor.form("confirm-email", token=token).status == 201
    assert people.log_in(visitor).status == 201
    assert open_page(visitor, "/desk").reply.status == 200
    booked = books(practice, visitor)
    assert booked.status == 201, booked.text
    my = booked.json["link"].partition("/my/")[2]
    assert open_page(visitor, f"/my/{my}").reply.status == 200


def test_who_allows_it_is_counted_until_taking_it_back_and_nothing_tells_who_it_was(
    desk: Desk, table: Any, clock: Any, queue: outbox.Queue
) -> None:
    practice = a_partner(table, clock)
    visitor = Visitor()

    page = open_page(visitor, "/counting")
    assert page.send("/analytics/consent").status == 303
    number = counting_pass.client_of(visitor.cookies, clock.now)
    stored_at_once = everything()
    passes(practice, visitor)
    waiting = outbox.rows(record.NOBODY, count.TASK)
    hasty = list(queue.queued)
    lying = json.dumps(tables.raw_rows(endpoint(), "records"), default=str)
    queue.until(clock.now + timedelta(minutes=1))
    ended = open_page(visitor, "/counting").send("/analytics/withdrawal")
    for path in OURS:
        open_page(visitor, path)
    queue.until(clock.now + timedelta(minutes=2))

    assert number is not None
    assert number not in stored_at_once
    assert {(row.body or {})["client"] for row in waiting} == {number}
    assert number not in lying
    assert not [one for one in hasty if outboxes.partition(record.NOBODY) in one]
    assert ended.status == 303
    assert counting_pass.COOKIE not in visitor.cookies
    calls = desk.journal("ga4")
    sent = [one["body"] for one in calls]
    told = [(one["events"][0]["name"], one["events"][0]["params"]) for one in sent]
    home = settings.get().public_url
    seen = ("/", "/policies/terms", "/forms/register", "/counting")
    acts = [("sign_up", {}), ("login", {}), ("booking_completed", {"channel": "web"})]
    assert sorted(told, key=str) == sorted(
        [*(("page_view", {"page_location": home + one}) for one in seen), *acts], key=str
    )
    for one in sent:
        assert set(one) == {"client_id", "timestamp_micros", "consent", "events"}
        assert one["client_id"] == number
        assert one["timestamp_micros"] % 60_000_000 == 0
        assert one["consent"] == {"ad_user_data": "DENIED", "ad_personalization": "DENIED"}
    said = json.dumps(sent)
    for secret in (practice.booking_name, practice.id, "lea@", "anna@", "192.0.2", "Muster", "lang=", "/my/", "/desk"):
        assert secret not in said
    assert len(disclosed()) == len(calls)
    assert number not in everything()
    assert outbox.rows(record.NOBODY, count.TASK) == []


@pytest.mark.parametrize("who", ["nobody agreed", "the browser says no"])
def test_of_everybody_else_nothing_leaves_and_nothing_is_written(
    who: str, desk: Desk, table: Any, clock: Any, queue: outbox.Queue, monkeypatch: Any
) -> None:
    practice = a_partner(table, clock)
    visitor = Visitor()
    if who == "the browser says no":
        assert visitor.form("counting").status == 201
        sends = Visitor.send

        def sends_no(self: Visitor, method: str, path: str, body: Any = None, headers: Any = None) -> Any:
            return sends(self, method, path, body, {**(headers or {}), **GPC})

        monkeypatch.setattr(Visitor, "send", sends_no)

    passes(practice, visitor)
    seen = {path: open_page(visitor, path) for path in (*OURS, f"/book/{practice.booking_name}")}
    waiting = outbox.rows(record.NOBODY, count.TASK)
    queue.until(clock.now + timedelta(minutes=1))

    assert (counting_pass.COOKIE in visitor.cookies) == (who == "the browser says no")
    assert waiting == []
    assert desk.journal("ga4") == []
    assert disclosed() == []
    for path, page in seen.items():
        assert page.reply.status == 200
        assert not GOOGLE.search(json.dumps(page.reply.headers).lower()), path
        # Who is told, with its host, is a line to read there; nothing of it can be loaded.
        text = page.text if path != "/sub-processors" else page.text.replace(egress.GA4.host, "", 1)
        assert not GOOGLE.search(text.lower()), path
    assert ("Global Privacy Control" in seen["/counting"].text) == (who == "the browser says no")


def test_the_host_of_google_is_named_by_the_manifest_and_by_nothing_that_a_browser_gets() -> None:
    files = [one for kind in ("*.py", "*.html", "*.js", "*.css") for one in house_map.HOUSE.rglob(kind)]

    naming = {
        one.relative_to(house_map.HOUSE).as_posix() for one in files if GOOGLE.search(one.read_text("utf-8").lower())
    }

    assert naming == {"plumbing/egress.py"}


def test_the_choice_of_somebody_of_the_team_is_on_record(desk: Desk, table: Any, clock: Any) -> None:
    owner = a_partner(table, clock).owner

    given = open_page(owner, "/counting").send("/analytics/consent")
    held = dict(owner.cookies)
    states = [one["state"] for one in owner.get("/consents").json["items"] if one["purpose"] == "analytics"]
    open_page(owner, "/counting").send("/analytics/withdrawal")

    assert (given.status, states) == (303, ["given"])
    assert [one["state"] for one in owner.get("/consents").json["items"] if one["purpose"] == "analytics"] == [
        "withdrawn"
    ]
    assert counting_pass.COOKIE in held
    assert counting_pass.COOKIE not in owner.cookies


def test_a_cookie_that_was_made_up_or_is_too_old_counts_nothing(desk: Desk, clock: Any) -> None:
    visitor = Visitor()
    reply = visitor.form("counting")
    held = visitor.cookies[counting_pass.COOKIE]
    open_page(Visitor(cookies={counting_pass.COOKIE: held}), "/")
    assert len(outbox.rows(record.NOBODY, count.TASK)) == 1

    for forged in (held[:-2] + "AA", "x", "", held * 2):
        open_page(Visitor(cookies={counting_pass.COOKIE: forged}), "/")
    clock.set(clock.now + counting_pass.LIFE)
    open_page(Visitor(cookies={counting_pass.COOKIE: held}), "/")

    assert len(outbox.rows(record.NOBODY, count.TASK)) == 1
    assert reply.json.keys() == {"text_version", "expires_at"}
    assert "Max-Age=2592000" in str(reply.header("set-cookie"))


def test_without_a_property_there_is_no_counting(table: Any, clock: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("GA4_MEASUREMENT_ID", "")
    settings.get.cache_clear()
    visitor = Visitor()

    page = open_page(visitor, "/counting?lang=en")
    start = open_page(visitor, "/")

    assert "counting is not set up" in page.text
    assert not [one for one in page.forms if "analytics" in one.action]
    assert 'href="/counting"' not in start.text
    assert visitor.form("counting").status == 404
    assert counting_pass.COOKIE not in visitor.cookies


@pytest.mark.parametrize(
    ("fault", "calls", "told"),
    [
        ({"status": 503}, 3, 3),
        ({"status": 502, "body": "<html>", "after": True}, 1, 1),
        ({"drop": True, "after": True}, 1, 1),
        ({"status": 200, "body": "{", "after": True}, 1, 1),
    ],
    ids=["refused", "a gateway gave up", "no answer", "broken answer"],
)
def test_what_cannot_be_handed_over_is_tried_three_times_and_what_may_have_been_counted_never_again(
    desk: Desk, clock: Any, queue: outbox.Queue, fault: dict[str, Any], calls: int, told: int
) -> None:
    visitor = Visitor()
    visitor.form("counting")
    open_page(visitor, "/")
    desk.fail("ga4", times=9, **fault)

    for _ in range(6):
        queue.until(clock.now + timedelta(minutes=5))

    assert len(desk.journal("ga4")) == calls
    assert len(disclosed()) == told
    assert outbox.rows(record.NOBODY, count.TASK) == []


@pytest.mark.parametrize(("dies", "counted"), [("before it is sent", 0), ("after it was taken", 1)])
def test_a_worker_that_dies_counts_nothing_twice(
    desk: Desk, clock: Any, queue: outbox.Queue, monkeypatch: pytest.MonkeyPatch, dies: str, counted: int
) -> None:
    visitor = Visitor()
    visitor.form("counting")
    open_page(visitor, "/")
    real = web.call

    def dying(*args: Any, **more: Any) -> Any:
        if counted:
            real(*args, **more)
        raise outbox.Killed

    with monkeypatch.context() as broken:
        broken.setattr(web, "call", dying)
        with pytest.raises(outbox.Killed):
            queue.until(clock.now + timedelta(minutes=1))
    for _ in range(4):
        queue.until(clock.now + timedelta(minutes=5))

    assert len(desk.journal("ga4")) == counted
    assert outbox.rows(record.NOBODY, count.TASK) == []


def test_a_form_sent_again_and_a_flood_of_one_address_are_not_counted_again(
    desk: Desk, table: Any, clock: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(count, "PER_ADDRESS", Limit("counting", 4, 3_600, "ip_address"))
    practice = a_partner(table, clock)
    visitor = Visitor()
    visitor.form("counting")
    issued = visitor.issue("book", booking_name=practice.booking_name)
    values = {
        "service_id": practice.service_id, "start": START.isoformat(), "accept_privacy": people.VERSION,
        **{name: value for name, value in LEA.items() if value is not None},
    }  # fmt: skip

    replies = [visitor.submit(issued, **values).status for _ in range(2)]
    once = len(outbox.rows(record.NOBODY, count.TASK))
    pages = [open_page(visitor, "/").reply.status for _ in range(6)]

    assert (replies, once) == ([201, 201], 1)
    assert pages == [200] * 6
    assert len(outbox.rows(record.NOBODY, count.TASK)) == 4


def test_every_event_passes_the_vendors_validation_and_hostile_ones_do_not(desk: Desk, clock: Any) -> None:
    def said(body: Any) -> set[str]:
        status, answer = desk.post("/ga4/debug/mp/collect?measurement_id=G-TESTS&api_secret=x", body)
        assert status == 200
        return {one["validationCode"] for one in answer["validationMessages"]}

    made = [events.of_page(path) for path in events.PAGES]
    made += [events.of_form(door, source) for door in events._OF_DOOR for source in ("web", "widget")]
    good = [ga4.payload("a-number", one.name, one.params, at=clock.now) for one in made if one]
    event = good[0]["events"][0]
    hostile: dict[str, Any] = {
        "VALUE_REQUIRED": {**good[0], "client_id": ""},
        "NAME_RESERVED": {**good[0], "events": [{"name": "session_start"}]},
        "NAME_INVALID": {**good[0], "events": [{"name": "x" * 41}]},
        "VALUE_INVALID": {**good[0], "events": [{**event, "params": {"page": "x" * 101}}]},
        "VALUE_OUT_OF_BOUNDS": {**good[0], "timestamp_micros": good[0]["timestamp_micros"] - 73 * 3_600 * 10**6},
        "EXCEEDED_MAX_ENTITIES": {**good[0], "events": [event] * 26},
        "NAME_DUPLICATED": {**good[0], "events": [{**event, "params": {"page": "a", "Page": "b"}}]},
    }

    assert {one["events"][0]["name"] for one in good} == set(events.NAMES)
    assert [said(one) for one in good] == [set()] * len(good)
    assert {code: said(body) for code, body in hostile.items()} == {code: {code} for code in hostile}
    assert desk.post("/ga4/mp/collect", b"broken")[0] == 204
