"""The newsletter: nothing leaves before the link in the mail is followed, nothing stays after it is not wanted any more."""

import random
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.activity.calls import Calls
from chalicelib.consent import newsletter_hook, newsletter_link, ortto
from chalicelib.plumbing import settings
from tests.fakes.providers import Desk
from tests.worlds import bookings, outbox, partners, people, tables
from tests.worlds.browser import open_page
from tests.worlds.outbox import Queue
from tests.worlds.visitor import Reply, Visitor

MARKER = "ZQX9"
FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture
def practice(queue: Queue, table: Any, clock: Any) -> partners.World:
    """A partner whose every other field carries a marker."""
    return partners.a_partner(
        table, clock, company=f"Praxis {MARKER}", street=f"Gasse {MARKER}", city=f"Luzern {MARKER}",
        first_name="Petra", last_name="Muster", email="petra@praxis.example",
    )  # fmt: skip


@pytest.fixture(params=["ortto", "autopilot"])
def vendor(request: Any, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("NEWSLETTER", request.param)
    settings.get.cache_clear()
    yield request.param
    settings.get.cache_clear()


def wish(practice: partners.World, queue: Queue, *, subscribed: bool = True) -> Reply:
    reply = practice.owner.form("newsletter", subscribed=subscribed)
    queue.drain()
    return reply


def mails(desk: Desk) -> list[dict[str, Any]]:
    return [item["body"] for item in desk.journal("mail") if item["effects"]]


def token(desk: Desk) -> str:
    found = re.search(r"/forms/confirm-newsletter\?token=([A-Za-z0-9_-]+)", mails(desk)[-1]["text"])
    assert found is not None, mails(desk)[-1]["text"]
    return found[1]


def confirm(desk: Desk, queue: Queue) -> None:
    reply = Visitor().form("confirm-newsletter", {"token": token(desk)})
    assert reply.status == 201, reply.text
    queue.drain()


def subscribe(practice: partners.World, desk: Desk, queue: Queue) -> None:
    assert wish(practice, queue).status == 202
    confirm(desk, queue)


def held(desk: Desk) -> list[str]:
    """The mail addresses that the vendors hold."""
    simulators = desk.simulators
    people_there = [one.fields["str::email"] for one in simulators.ortto.people()]
    return people_there + [one["Email"] for one in simulators.autopilot.contacts()]


def told(desk: Desk) -> list[dict[str, Any]]:
    return [*desk.journal("ortto"), *desk.journal("autopilot")]


def state(practice: partners.World) -> str:
    return str(practice.owner.get("/newsletter").json["state"])


def disclosures(practice: partners.World) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    cursor = ""
    for _ in range(20):
        page = practice.owner.get(f"/disclosures?limit=100{cursor}").json
        items += page["items"]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    return items


def one_click(practice: partners.World, queue: Queue) -> Reply:
    link = newsletter_link.ending(practice.id).removeprefix("http://localhost:8000")
    reply = Visitor().send("POST", link, "List-Unsubscribe=One-Click", FORM)
    queue.drain()
    return reply


def test_the_whole_way_in_and_out(
    vendor: str, practice: partners.World, desk: Desk, queue: Queue, emulator: Any
) -> None:
    asked = wish(practice, queue)
    link = token(desk)
    for _ in range(3):
        assert Visitor().get(f"/forms/confirm-newsletter?token={link}").status == 200
    before, waiting = len(told(desk)), state(practice)
    confirm(desk, queue)
    confirm(desk, queue)
    joined, given, there = told(desk), state(practice), held(desk)
    left = one_click(practice, queue)
    again = one_click(practice, queue)

    assert (asked.status, asked.json["state"], waiting, before) == (202, "pending", "pending", 0)
    assert (given, there) == ("given", ["petra@praxis.example"])
    assert len(joined) == 1
    assert (left.status, left.json, again.status) == (200, {"subscribed": False}, 200)
    assert (state(practice), held(desk)) == ("withdrawn", [])
    assert Visitor().get(f"/forms/confirm-newsletter?token={link}").status == 410
    # Exactly three fields left, and what left is what was logged, one to one.
    said = str([one["body"] for one in told(desk)])
    assert "Petra" in said
    assert MARKER not in said
    assert practice.id not in said
    listed = disclosures(practice)
    assert len(listed) == len(told(desk))
    assert {one["recipient"] for one in listed} == {vendor}
    assert [one["categories"] for one in listed].count(["email", "name"]) == 1
    # Nothing readable stays: one keyed hash, and the proof.
    rows = tables.rows(emulator.endpoint, "records")
    own = [one for one in rows if "newsletter" in one["pk"]["S"] or one["pk"]["S"].endswith(("#choices", "#outbox"))]
    assert any(one.get("state") == {"S": "suppressed"} for one in own)
    assert "petra" not in str(own).lower()
    proofs = [
        one for one in tables.rows(emulator.endpoint, "ledger") if one["sk"]["S"].startswith("consent#newsletter")
    ]
    assert [one["state"]["S"] for one in proofs] == ["pending", "given", "withdrawn"]
    assert "asked_at" in str(proofs[1]["evidence"])
    assert "petra" not in str(proofs).lower()


def test_the_mail_says_how_it_ends_to_people_and_to_mail_programs(
    practice: partners.World, desk: Desk, queue: Queue
) -> None:
    wish(practice, queue)

    (mail,) = mails(desk)

    ending = newsletter_link.ending(practice.id)
    assert mail["to"] == ["petra@praxis.example"]
    assert mail["headers"]["List-Unsubscribe"] == f"<{ending}>"
    assert mail["headers"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert ending in mail["text"]


def test_looking_at_the_way_out_changes_nothing_and_its_button_ends_it(
    practice: partners.World, desk: Desk, queue: Queue
) -> None:
    subscribe(practice, desk, queue)
    path = newsletter_link.ending(practice.id).removeprefix("http://localhost:8000")

    for _ in range(5):
        page = open_page(Visitor(), path)
    looked = state(practice)
    after = page.send(path)
    queue.drain()

    assert (page.reply.status, looked) == (200, "given")
    assert after.status == 200
    assert "Abgemeldet" in after.text
    assert (state(practice), held(desk)) == ("withdrawn", [])
    assert "Abgemeldet" in open_page(Visitor(), path).text
    assert Visitor().get(path[:-4] + "AAAA").status == 404
    assert Visitor().send("POST", path[:-4] + "AAAA", "List-Unsubscribe=One-Click", FORM).status == 404


def test_a_link_that_is_forged_too_old_or_overtaken_confirms_nothing(
    practice: partners.World, desk: Desk, queue: Queue, clock: Any
) -> None:
    wish(practice, queue)
    first = token(desk)
    form = Visitor()
    issued = form.issue("confirm-newsletter", token=first)
    wish(practice, queue, subscribed=False)
    wish(practice, queue)
    overtaken = form.submit(issued)
    forged = Visitor().get(f"/forms/confirm-newsletter?token={first[:-3]}AAA")
    clock.set(clock.now + timedelta(days=7))
    practice.owner = practice.sign_in()
    late = Visitor().get(f"/forms/confirm-newsletter?token={token(desk)}")

    assert (overtaken.status, forged.status, late.status) == (410, 404, 410)
    assert (state(practice), told(desk)) == ("expired", [])
    subscribe(practice, desk, queue)
    assert held(desk) == ["petra@praxis.example"]


def test_who_wishes_it_at_the_registration_is_asked_once_the_account_is_open(queue: Queue, desk: Desk) -> None:
    visitor = Visitor()
    people.register(visitor, newsletter=True, language="fr")
    queue.drain()
    opening = re.search(r"token=([A-Za-z0-9_-]+)", mails(desk)[-1]["text"])
    assert opening is not None
    early = len(mails(desk))

    visitor.form("confirm-email", token=opening[1])
    queue.drain()
    asked = mails(desk)[early:]
    confirm(desk, queue)

    assert [one["headers"]["Content-Language"] for one in asked] == ["fr"]
    assert held(desk) == [people.ANNA["email"]]


def test_with_every_consent_off_no_vendor_of_newsletters_hears_anything(
    queue: Queue, desk: Desk, practice: partners.World, emulator: Any
) -> None:
    owner = people.owner(emulator.endpoint, ip="198.51.100.7")
    bookings.book(practice)
    queue.drain()
    wish(practice, queue)
    wish(practice, queue, subscribed=False)
    owner.visitor.form("close-account", password=people.PASSWORD, confirm=True)
    queue.drain()

    assert len(mails(desk)) >= 2
    assert told(desk) == []


def test_only_heads_of_the_house_choose_and_too_many_mails_are_refused(practice: partners.World, queue: Queue) -> None:
    employee = practice.sign_in("employee")
    replies = [wish(practice, queue).status for _ in range(6)]

    assert employee.get("/newsletter").json["state"] == "pending"
    assert employee.get("/forms/newsletter").status == 403
    assert Visitor().get("/newsletter").status == 401
    assert replies == [202] * 5 + [429]
    assert wish(practice, queue, subscribed=False).json["state"] == "withdrawn"


def test_who_leaves_at_the_vendor_has_left_here(
    vendor: str, practice: partners.World, desk: Desk, queue: Queue
) -> None:
    subscribe(practice, desk, queue)
    path = f"/hooks/{vendor}/{newsletter_hook.token(vendor)}"
    email = "Petra@Praxis.example"
    contact = {"email": email} if vendor == "ortto" else {"event": "contact_unsubscribed", "contact": {"Email": email}}
    wrong = [Visitor().send("POST", f"/hooks/{vendor}/{'0' * 32}", contact).status]
    noise = [
        {}, {"email": "nobody@praxis.example"}, {"email": 7}, {"email": "x" * 5000},
        {"event": "contact_added", "contact": {"Email": email}},
    ]  # fmt: skip
    noise_status = {Visitor().send("POST", path, one).status for one in noise}
    kept = state(practice)

    replies = [Visitor().send("POST", path, contact).status for _ in range(3)]
    queue.drain()

    assert (wrong, noise_status, kept) == ([404], {200}, "given")
    assert replies == [200, 200, 200]
    assert (state(practice), held(desk)) == ("withdrawn", [])
    assert len(outbox.rows(practice.id, "newsletter_erase")) == 1


def test_a_late_report_about_an_earlier_subscription_is_old_news(
    vendor: str, practice: partners.World, desk: Desk, queue: Queue
) -> None:
    subscribe(practice, desk, queue)
    simulators = desk.simulators
    former = [one.id for one in simulators.ortto.people()] + [
        one["contact_id"] for one in simulators.autopilot.contacts()
    ]
    wish(practice, queue, subscribed=False)
    subscribe(practice, desk, queue)
    about: dict[str, Any] = {"email": "petra@praxis.example", "contact_id": former[0]}
    if vendor == "autopilot":
        contact = {"Email": about["email"], "contact_id": about["contact_id"]}
        about = {"event": "contact_unsubscribed", "contact": contact}

    reply = Visitor().send("POST", f"/hooks/{vendor}/{newsletter_hook.token(vendor)}", about)
    queue.drain()

    assert (reply.status, state(practice), held(desk)) == (200, "given", ["petra@praxis.example"])


FAULTS: tuple[dict[str, Any], ...] = (
    {"drop": True},
    {"drop": True, "after": True},
    {"status": 500, "after": True},
    {"status": 502, "body": "<html>"},
    {"status": 503, "headers": {"Retry-After": "60"}},
    {"status": 429, "body": '{"code": "rate-limit", "try-in-seconds": 30}'},
    {"status": 200, "body": "{", "after": True},
    {"status": 200, "body": "ERROR:105"},
    {"status": 200, "body": "x" * 1_100_000, "after": True},
    {"status": 302, "headers": {"Location": "http://169.254.169.254/"}},
    {"status": 401},
    {"status": 403},
    {"status": 200, "body": "{}", "after": True},
)


def test_no_fault_loses_or_doubles_a_subscription_or_its_end(
    vendor: str, practice: partners.World, desk: Desk, queue: Queue, clock: Any
) -> None:
    """Each fault twice on the way in and twice on the way out; every message comes twice, the second time last."""
    for fault in FAULTS:
        practice.owner = practice.sign_in()
        desk.fail(vendor, times=2, **fault)
        practice.owner.form("newsletter", subscribed=True)
        queue.drain()
        Visitor().form("confirm-newsletter", {"token": token(desk)})
        queue.queued += list(reversed(queue.queued))
        queue.drain()
        for _ in range(2):
            queue.until(clock.now + timedelta(minutes=6))
        there = held(desk)
        practice.owner.form("newsletter", subscribed=False)
        desk.simulators.faults.clear()
        desk.fail(vendor, times=2, **fault)
        queue.queued += list(reversed(queue.queued))
        queue.drain()
        for _ in range(2):
            queue.until(clock.now + timedelta(minutes=9))

        assert there == ["petra@praxis.example"], fault
        assert held(desk) == [], fault
        desk.simulators.faults.clear()
    practice.owner = practice.sign_in()
    assert len(disclosures(practice)) == len(told(desk)) > 4 * len(FAULTS)


def test_a_vendor_that_is_away_for_a_day_gets_what_waited_and_not_what_was_taken_back_meanwhile(
    vendor: str, practice: partners.World, desk: Desk, queue: Queue, clock: Any, table: Any
) -> None:
    other = partners.a_partner(table, clock, email="nora@praxis.example")
    desk.fail(vendor, times=1000, status=503)
    subscribe(practice, desk, queue)
    other.owner.form("newsletter", subscribed=True)
    queue.drain()
    confirm(desk, queue)
    for _ in range(10):  # more tries than an hour would see
        queue.until(clock.now + timedelta(minutes=150))
    practice.owner = practice.sign_in()
    practice.owner.form("newsletter", subscribed=False)
    away = held(desk)

    desk.simulators.faults.clear()
    for _ in range(3):
        queue.until(clock.now + timedelta(hours=25))

    assert away == []
    assert held(desk) == ["nora@praxis.example"]


def test_what_arrived_too_late_is_taken_back(practice: partners.World, desk: Desk, queue: Queue, clock: Any) -> None:
    desk.fail("ortto", drop=True, after=True)
    subscribe(practice, desk, queue)
    in_doubt = held(desk)
    desk.fail("ortto", status=503)
    wish(practice, queue, subscribed=False)
    for _ in range(4):
        queue.until(clock.now + timedelta(minutes=3))

    assert in_doubt == ["petra@praxis.example"]
    assert held(desk) == []
    assert [row.outcome for row in outbox.rows(practice.id, "newsletter_join")] == ["overtaken"]


def test_a_worker_that_dies_after_the_vendor_took_it_leaves_one_person_and_then_nobody(
    practice: partners.World, desk: Desk, queue: Queue, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: Any, **__: Any) -> None:
        raise outbox.Killed

    wish(practice, queue)
    Visitor().form("confirm-newsletter", {"token": token(desk)})
    with monkeypatch.context() as broken:
        broken.setattr(Calls, "add", dies)
        with pytest.raises(outbox.Killed):
            queue.drain()
    in_doubt = held(desk)
    queue.until(clock.now + timedelta(minutes=2))
    joined = held(desk)
    calls = ortto._counted
    practice.owner.form("newsletter", subscribed=False)
    with monkeypatch.context() as broken:
        broken.setattr(ortto, "_counted", lambda *said: dies() if said[1] == "DELETE" else calls(*said))
        with pytest.raises(outbox.Killed):
            queue.drain()
    half = desk.simulators.ortto.people()[0].archived
    queue.until(clock.now + timedelta(minutes=2))

    assert (in_doubt, joined, half) == (["petra@praxis.example"], ["petra@praxis.example"], True)
    assert held(desk) == []


def test_a_vendor_that_refuses_for_good_is_told_to_the_partner_and_one_that_will_not_erase_is_asked_for_days(
    practice: partners.World, desk: Desk, queue: Queue, clock: Any
) -> None:
    desk.fail("ortto", status=422)
    subscribe(practice, desk, queue)
    failed = [one["kind"] for one in practice.owner.get("/activity?limit=100").json["items"]]
    wish(practice, queue, subscribed=False)
    subscribe(practice, desk, queue)
    desk.fail("ortto", status=400, times=12)
    wish(practice, queue, subscribed=False)
    for _ in range(14):
        queue.until(clock.now + timedelta(days=1))
    practice.owner = practice.sign_in()

    assert "newsletter.failed" in failed
    assert held(desk) == []
    assert "newsletter.erased" in [one["kind"] for one in practice.owner.get("/activity?limit=100").json["items"]]


def test_closing_the_account_is_certified_only_once_the_vendor_has_confirmed(
    emulator: Any, desk: Desk, queue: Queue, clock: Any
) -> None:
    owner = people.owner(emulator.endpoint, ip="198.51.100.8")
    owner.visitor.form("newsletter", subscribed=True)
    queue.drain()
    confirm(desk, queue)
    there = held(desk)
    desk.fail("ortto", status=401)
    certificate = owner.visitor.form("close-account", password=people.PASSWORD, confirm=True).json["certificate"]
    queue.drain()

    def processor() -> dict[str, Any]:
        shown = Visitor().get(f"/erasure-certificates/{certificate}").json
        (one,) = [each for each in shown["processors"] if each["name"] == "ortto"]
        return {"complete": bool(shown["completed_at"]), **one}

    waiting = processor()
    for _ in range(4):
        queue.until(clock.now + timedelta(minutes=5))
    done = processor()

    assert there == [people.ANNA["email"]]
    assert waiting == {"complete": False, "name": "ortto", "state": "requested", "acknowledged_at": None}
    assert (done["complete"], done["state"]) == (True, "confirmed")
    assert done["acknowledged_at"] is not None
    assert held(desk) == []
    assert people.ANNA["email"] not in str(tables.rows(emulator.endpoint, "records"))
    link = newsletter_link.ending(owner.partner_id).removeprefix("http://localhost:8000")
    assert Visitor().send("POST", link, "List-Unsubscribe=One-Click", FORM).status == 200


def test_whatever_happens_in_whatever_order_the_vendor_holds_whom_the_consent_names(
    practice: partners.World, desk: Desk, queue: Queue, clock: Any
) -> None:
    chance = random.Random(20261123)
    path = f"/hooks/ortto/{newsletter_hook.token('ortto')}"
    for step in chance.choices(("ask", "confirm", "stop", "fault", "report", "minutes"), (3, 6, 2, 2, 1, 5), k=40):
        match step:
            case "ask":
                practice.owner.form("newsletter", subscribed=True)
            case "confirm" if mails(desk):
                if Visitor().get(f"/forms/confirm-newsletter?token={token(desk)}").status == 200:
                    Visitor().form("confirm-newsletter", {"token": token(desk)})
            case "stop":
                practice.owner.form("newsletter", subscribed=False)
            case "fault":
                desk.fail("ortto", drop=True, after=chance.random() < 0.5)
            case "report":
                Visitor().send("POST", path, {"email": "petra@praxis.example"})
            case "minutes":
                queue.until(clock.now + timedelta(minutes=chance.choice((1, 3, 8))))
        if chance.random() < 0.5:
            queue.drain()
    practice.owner = practice.sign_in()
    for _ in range(6):
        queue.until(clock.now + timedelta(hours=1))
    practice.owner = practice.sign_in()

    assert bool(held(desk)) == (state(practice) == "given")
    assert len(disclosures(practice)) == len(told(desk)) > 5
