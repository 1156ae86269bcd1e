"""A question goes straight to Zendesk: once, however often it is sent and whatever fails, and nothing of it stays here."""

import json
import os
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.plumbing import settings, web
from chalicelib.support import asking, open_ticket, zendesk
from tests.fakes.providers import Desk
from tests.worlds.browser import open_page, post, read
from tests.worlds.outbox import Killed
from tests.worlds.partners import a_partner
from tests.worlds.tables import rows
from tests.worlds.visitor import Reply, Visitor

QUESTION = {
    "first_name": "Zyprian",
    "last_name": "Quendolin",
    "email": "zyprian@zq-marker.example",
    "subject": "Zq-Betreff: zwei Filialen",
    "text": "Grüezi\nWie lege ich zq-textmarker an?",
}
MARKERS = ("Zyprian", "Quendolin", "zq-marker", "Zq-Betreff", "zq-textmarker")
TABLES = ("records", "ledger", "activity", "guard", "keys")


def everything() -> str:
    return json.dumps([rows(os.environ["AWS_ENDPOINT_URL"], name) for name in TABLES], default=str)


def told(desk: Desk) -> list[dict[str, Any]]:
    """The calls that told Zendesk something about somebody."""
    return [one for one in desk.journal("zendesk") if "/oauth/" not in one["path"]]


def noted() -> int:
    return everything().count("data.disclosed")


def test_a_question_becomes_a_ticket_and_leaves_nothing_here(helpdesk: Desk, written: Any) -> None:
    reply = Visitor().form("support", **QUESTION)

    assert (reply.status, reply.json) == (201, {"state": "passed_on", "due_on": None})
    (ticket,) = helpdesk.simulators.zendesk.tickets()
    person = helpdesk.simulators.zendesk.requester(ticket)
    assert (ticket.subject, ticket.text) == (QUESTION["subject"], QUESTION["text"])
    assert (person.name, person.email) == ("Zyprian Quendolin", QUESTION["email"])
    (call,) = told(helpdesk)
    assert all(marker in json.dumps(call["body"], ensure_ascii=False) for marker in MARKERS)
    assert call["headers"]["Idempotency-Key"]
    left = everything()
    assert "support.asked" in left
    assert left.count("data.disclosed") == 1
    assert [marker for marker in MARKERS if marker in left + written()] == []
    assert helpdesk.journal("mail") == []


def test_a_question_about_data_protection_is_a_ticket_with_the_day_by_which_it_is_answered(
    helpdesk: Desk, clock: Any
) -> None:
    page = open_page(Visitor(), "/contact?lang=de").text

    reply = Visitor().form("support", **QUESTION, about="privacy")

    due_on = (clock.now + timedelta(days=28)).date()
    (ticket,) = helpdesk.simulators.zendesk.tickets()
    assert (reply.status, reply.json) == (201, {"state": "passed_on", "due_on": due_on.isoformat()})
    assert (ticket.kind, ticket.due_at) == ("task", f"{due_on}T12:00:00Z")
    assert "data_protection" in ticket.tags
    assert "innert 28 Tagen" in page
    assert '<option value="privacy"' in page
    left = everything()
    assert left.count("support.asked_about_data") == 1
    assert due_on.isoformat() in left
    assert [marker for marker in MARKERS if marker in left] == []


def test_a_ticket_holds_who_asks_and_what_and_nothing_else(helpdesk: Desk, table: Any, clock: Any) -> None:
    world = a_partner(table, clock)

    world.owner.form("support", **QUESTION)

    (call,) = told(helpdesk)
    assert call["body"] == {
        "ticket": {
            "subject": QUESTION["subject"],
            "comment": {"body": QUESTION["text"], "public": True},
            "requester": {"name": "Zyprian Quendolin", "email": QUESTION["email"]},
            "tags": ["contact_form", "language_de"],
        }
    }
    assert not [known for known in (world.id, world.owner.ip) if known in json.dumps(call)]


def test_the_same_form_again_has_the_same_answer_and_no_second_call(helpdesk: Desk) -> None:
    visitor = Visitor()
    form = visitor.issue("support")
    first = visitor.submit(form, **QUESTION)

    again = visitor.submit(form, **QUESTION)
    other = visitor.submit(form, **{**QUESTION, "text": "Something else"})

    assert (again.status, again.json) == (first.status, first.json) == (201, {"state": "passed_on", "due_on": None})
    assert (other.status, other.json["code"]) == (409, "form_already_used")
    assert len(told(helpdesk)) == len(helpdesk.simulators.zendesk.tickets()) == 1


FAULTS: dict[str, dict[str, Any]] = {
    "server error": {"status": 500},
    "gateway's page": {"status": 502, "body": "<html>Bad gateway</html>"},
    "maintenance": {"status": 503, "headers": {"Retry-After": "120"}},
    "too fast": {"status": 429, "headers": {"Retry-After": "17"}, "body": "slow down"},
    "broken answer": {"status": 201, "body": '{"ticket": {"id": '},
    "broken answer, though taken": {"status": 201, "body": "<ok/>", "after": True},
    "somebody's page": {"status": 200, "body": "<html>Sign in</html>"},
    "flood": {"status": 201, "body": "x" * 1_100_000},
    "flood, though taken": {"status": 201, "body": "x" * 1_100_000, "after": True},
    "redirect": {"status": 302, "headers": {"Location": "http://169.254.169.254/latest/meta-data"}},
    "silence": {"drop": True},
    "silence, though taken": {"drop": True, "after": True},
    "scope lost": {"status": 403, "body": '{"error": "Forbidden"}'},
    "conflict": {"status": 409},
    "not understood": {"status": 422, "body": '{"error": "RecordInvalid", "details": {"subject": []}}'},
}


def test_whatever_fails_the_same_form_can_be_sent_again_and_is_one_ticket(helpdesk: Desk, written: Any) -> None:
    for number, (name, fault) in enumerate(FAULTS.items(), 1):
        visitor = Visitor(ip=f"192.0.2.{number}")
        form = visitor.issue("support")
        helpdesk.fail("zendesk", **fault, times=open_ticket.MOST_TRIES)

        away = visitor.submit(form, **QUESTION)
        helpdesk.simulators.faults.clear()
        asked = everything().count("support.asked")
        again = visitor.submit(form, **QUESTION)

        assert (away.status, away.json["code"]) == (503, "support_away"), name
        assert 1 <= int(away.header("retry-after") or 0) <= 3600, name
        assert [marker for marker in MARKERS if marker in away.text] == [], name
        assert asked == number - 1, name
        assert again.status == 201, name
        assert len(helpdesk.simulators.zendesk.tickets()) == number, name
    assert [marker for marker in MARKERS if marker in everything() + written()] == []
    assert noted() == len(told(helpdesk)) > len(FAULTS) * 2


@pytest.mark.parametrize("dies", ["before it is sent", "after it was taken"])
def test_a_request_that_dies_on_the_way_is_one_ticket_when_the_form_is_sent_again(
    helpdesk: Desk, monkeypatch: pytest.MonkeyPatch, dies: str
) -> None:
    visitor = Visitor()
    form = visitor.issue("support")
    real = web.call

    def dying(*args: Any, **more: Any) -> Any:
        if dies.startswith("after"):
            real(*args, **more)
        raise Killed

    with monkeypatch.context() as broken:
        broken.setattr(web, "call", dying)
        with pytest.raises(Killed):
            visitor.submit(form, **QUESTION)

    assert visitor.submit(form, **QUESTION).status == 201
    assert len(helpdesk.simulators.zendesk.tickets()) == 1


def test_one_stumble_is_not_noticed(helpdesk: Desk) -> None:
    helpdesk.fail("zendesk", drop=True, after=True)

    assert Visitor().form("support", **QUESTION).status == 201
    assert len(helpdesk.simulators.zendesk.tickets()) == 1
    assert noted() == len(told(helpdesk)) == 2


def test_the_vendor_says_how_long_to_wait(helpdesk: Desk) -> None:
    helpdesk.fail("zendesk", **FAULTS["too fast"])

    reply = Visitor().form("support", **QUESTION)

    assert (reply.status, reply.header("retry-after")) == (503, "17")
    assert len(told(helpdesk)) == 1


def test_nobody_there_is_nothing_told(helpdesk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZENDESK_URL", "http://127.0.0.1:9/zendesk")
    settings.get.cache_clear()

    reply = Visitor().form("support", **QUESTION)

    assert reply.status == 503
    assert (noted(), told(helpdesk)) == (0, [])


def test_a_token_that_is_no_longer_good_is_asked_for_once_more(helpdesk: Desk) -> None:
    helpdesk.simulators.zendesk.forget_tokens()

    assert Visitor().form("support", **QUESTION).status == 201
    assert Visitor().form("support", **{**QUESTION, "text": "Another one"}).status == 201

    assert [one["status"] for one in helpdesk.journal("zendesk")[1:]] == [401, 200, 201, 201]
    assert noted() == len(told(helpdesk)) == 3


def test_an_account_that_does_not_let_us_in_is_our_trouble(helpdesk: Desk) -> None:
    zendesk._held.clear()
    helpdesk.fail("zendesk", status=401, body='{"error": "invalid_client"}')

    reply = Visitor().form("support", **QUESTION)

    assert (reply.status, reply.header("retry-after")) == (503, "600")
    assert (noted(), told(helpdesk)) == (0, [])


def test_an_address_that_zendesk_does_not_take_is_said_beside_its_field(helpdesk: Desk) -> None:
    details = {"requester": [{"description": "Email: is not valid", "error": "InvalidFormat"}]}
    helpdesk.fail("zendesk", status=422, body=json.dumps({"error": "RecordInvalid", "details": details}))

    reply = Visitor().form("support", **QUESTION)

    assert (reply.status, reply.json["errors"][0]["field"]) == (422, "email")


def test_without_scripts_what_was_typed_stays_and_goes_as_the_same_ticket(helpdesk: Desk) -> None:
    visitor = Visitor()
    page = open_page(visitor, "/contact?lang=fr")
    helpdesk.fail("zendesk", drop=True, after=True, times=open_ticket.MOST_TRIES)

    away = read(visitor, page.send("/support/tickets", **QUESTION))
    form = away.form("/support/tickets")
    sent: Reply = post(visitor, form.action, form.body())
    thanked = open_page(visitor, str(sent.header("location")))

    assert (away.reply.status, form.held["_token"]) == (503, page.form("/support/tickets").held["_token"])
    assert {name: form.held[name] for name in ("email", "subject")} == {
        name: QUESTION[name] for name in ("email", "subject")
    }
    assert "zq-textmarker" in away.text
    assert "Renvoyez-le" in away.text
    assert (sent.status, thanked.reply.status) == (303, 200)
    assert "est arrivé" in thanked.text
    assert len(helpdesk.simulators.zendesk.tickets()) == 1


def test_whoever_is_signed_in_need_not_type_who_they_are_and_sees_what_was_told(
    helpdesk: Desk, table: Any, clock: Any
) -> None:
    world = a_partner(table, clock)
    page = open_page(world.owner, "/contact")
    held = page.form("/support/tickets").held

    sent = page.send("/support/tickets", subject="Frage", text="zq-textmarker")

    assert "@" in held["email"]
    assert held["first_name"]
    assert "/desk" in page.text
    assert sent.status == 303
    (disclosure,) = world.owner.get("/disclosures").json["items"]
    assert (disclosure["recipient"], disclosure["subject_kind"]) == ("zendesk", "employee")
    assert disclosure["legal_basis"]
    assert disclosure["categories"] == ["contact", "content"]
    assert "zq-textmarker" not in json.dumps(disclosure)
    assert len(told(helpdesk)) == 1


def test_an_address_can_ask_so_often_and_no_more(helpdesk: Desk) -> None:
    limit = asking.QUESTIONS
    published = next(one for one in Visitor().get("/limits").json["items"] if one["name"] == limit.name)
    visitor = Visitor(ip="192.0.2.55")

    answers = [visitor.form("support", **{**QUESTION, "text": f"{n}"}).status for n in range(limit.attempts + 1)]

    assert published["attempts"] == limit.attempts
    assert answers == [201] * limit.attempts + [429]
    assert Visitor(ip="192.0.2.56").form("support", **QUESTION).status == 201
