"""A closed account is forgotten elsewhere too: by Zendesk step by step until it confirms, at Chatra by hand and by a date."""

import base64
import json
import os
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.activity import outbox as box
from chalicelib.privacy import certificate, elsewhere
from chalicelib.support import chat_pass
from infra import erasures
from tests.fakes.providers import Desk
from tests.worlds import people
from tests.worlds.browser import open_page
from tests.worlds.outbox import Queue
from tests.worlds.tables import rows
from tests.worlds.visitor import Visitor

EMAIL = "owner@zq-marker.example"
QUESTION = {"first_name": "Anna", "last_name": "Muster", "email": EMAIL, "subject": "Frage"}


@pytest.fixture
def owner(emulator: Any, helpdesk: Desk, queue: Queue) -> people.Owner:
    made = people.owner(emulator.endpoint, email=EMAIL)
    queue.drain()
    return made


def everything() -> str:
    named = ("records", "ledger", "activity", "guard", "keys")
    return json.dumps([rows(os.environ["AWS_ENDPOINT_URL"], name) for name in named], default=str)


def close(owner: people.Owner) -> str:
    reply = owner.visitor.form("close-account", password=people.PASSWORD, confirm=True)
    assert reply.status == 202, reply.text
    return str(reply.json["certificate"])


def said_of(certificate_id: str, name: str) -> dict[str, Any]:
    shown = Visitor().get(f"/erasure-certificates/{certificate_id}").json
    key = base64.b64decode(Visitor().get("/signing-keys").json["items"][0]["public_key"])
    assert shown["signature"] is None or certificate.genuine(shown, key)
    return next((one for one in shown["processors"] if one["name"] == name), {})


def go_on(queue: Queue, clock: Any, *, hours: float = 1.1) -> None:
    queue.drain()
    clock.set(clock.now + timedelta(hours=hours))
    queue.queued += [json.dumps(address) for address in box.due(clock.now)]
    queue.drain()


def test_what_somebody_asked_is_erased_at_zendesk_in_the_vendors_order(
    owner: people.Owner, helpdesk: Desk, queue: Queue, clock: Any
) -> None:
    for n in range(3):
        owner.visitor.form("support", **QUESTION, text=f"zq-text {n}")
    Visitor().form("support", **{**QUESTION, "email": f"x{EMAIL}"}, text="of somebody else")
    since = str(helpdesk.journal("zendesk")[-1]["number"])
    certificate_id = close(owner)
    queue.drain()
    asked, chats = said_of(certificate_id, "zendesk"), said_of(certificate_id, "chatra")
    on_the_way = everything()

    go_on(queue, clock)

    confirmed = said_of(certificate_id, "zendesk")
    calls = [one for one in helpdesk.journal("zendesk", since=since) if "/oauth/" not in one["path"]]
    steps = [f"{one['method']} {one['path'].split('/api/v2/')[1].split('?')[0]}".rstrip("0123456789") for one in calls]
    assert (asked["state"], asked["acknowledged_at"], asked["persons"]) == ("requested", None, 1)
    assert chats["state"] == "not_used"  # whoever never agreed to the chat has nothing there
    assert EMAIL not in on_the_way
    assert (confirmed["state"], bool(confirmed["acknowledged_at"])) == ("confirmed", True)
    assert list(dict.fromkeys(one.split("/V3")[0] for one in steps)) == [
        "GET users/search",
        *[steps[1]],
        "DELETE tickets/",
        "DELETE deleted_tickets/destroy_many",
        "GET job_statuses",
        "DELETE users/",
        "DELETE deleted_users/",
        *[steps[-1]],
    ]
    assert steps[1].endswith("/tickets/requested")
    assert steps[-1].endswith("/compliance_deletion_statuses")
    assert [one.text for one in helpdesk.simulators.zendesk.tickets()] == ["of somebody else"]
    assert [one.email for one in helpdesk.simulators.zendesk.users()] == [f"x{EMAIL}"]
    assert everything().count("Erasure on request") == len(calls)
    assert "bestätigt, dass nichts mehr" in open_page(Visitor(), f"/erasure-certificates/{certificate_id}").text


def test_while_zendesk_refuses_nothing_is_claimed_and_it_is_never_given_up(
    owner: people.Owner, helpdesk: Desk, queue: Queue, clock: Any
) -> None:
    owner.visitor.form("support", **QUESTION, text="zq-text")
    helpdesk.fail("zendesk", status=403, times=1000)
    certificate_id = close(owner)
    for _ in range(12):
        go_on(queue, clock, hours=25)
    refused = said_of(certificate_id, "zendesk")

    helpdesk.simulators.faults.clear()
    for _ in range(3):
        go_on(queue, clock, hours=25)

    assert (refused["state"], refused["confirmed"]) == ("requested", 0)
    assert Visitor().get(f"/erasure-certificates/{certificate_id}").json["completed_at"]
    assert said_of(certificate_id, "zendesk")["state"] == "confirmed"


def test_chats_wait_for_somebody_with_a_date_until_it_is_written_down(
    owner: people.Owner, queue: Queue, clock: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    owner.visitor.form("chat")
    certificate_id = close(owner)
    due_on = (clock.now + elsewhere.BY_HAND).date().isoformat()
    queue.drain()
    waits = said_of(certificate_id, "chatra")
    page = open_page(Visitor(), f"/erasure-certificates/{certificate_id}").text
    clock.set(clock.now + elsewhere.BY_HAND + timedelta(hours=1))
    queue.minute()
    capsys.readouterr()

    assert erasures.main([]) == 0
    (one,) = json.loads(capsys.readouterr().out)
    assert erasures.main(["done", "somebody-elses"]) == 1
    assert erasures.main(["done", certificate_id]) == 0
    done = said_of(certificate_id, "chatra")

    assert (waits["state"], waits["due_on"], waits["acknowledged_at"]) == ("manual_pending", due_on, None)
    assert "von Hand gelöscht" in page
    assert (one["certificate"], one["due_on"]) == (certificate_id, due_on)
    assert one["clients"] == [chat_pass.client_of_employee(owner.employee_id)]
    assert (done["state"], bool(done["acknowledged_at"])) == ("confirmed", True)
    assert elsewhere.waiting() == []


def test_who_takes_back_the_consent_to_the_chat_is_erased_there_by_a_date(
    owner: people.Owner, queue: Queue, clock: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    stranger = Visitor(ip="192.0.2.99")
    stranger.form("chat-end")  # who never agreed has nothing there
    client = stranger.form("chat").json["widget"]["client_id"]
    owner.visitor.form("chat")
    held = everything()

    stranger.form("chat-end")
    clock.set(clock.now + timedelta(seconds=1))
    del owner.visitor.cookies[chat_pass.COOKIE]  # taken back in another browser
    owner.visitor.form("chat-end")
    queue.drain()
    due_on = (clock.now + elsewhere.BY_HAND).date().isoformat()
    first, second = elsewhere.waiting()
    capsys.readouterr()

    assert client not in held
    assert first["clients"] == [client]
    assert second["clients"] == [chat_pass.client_of_employee(owner.employee_id)]
    assert {(one["certificate"], one["due_on"]) for one in (first, second)} == {(None, due_on)}
    assert [erasures.main(["done", one["id"]]) for one in (first, first, second)] == [0, 1, 0]
    assert elsewhere.waiting() == []
    assert client not in everything()


def test_somebody_without_an_account_is_forgotten_by_the_operators_command(
    helpdesk: Desk, queue: Queue, clock: Any
) -> None:
    Visitor().form("support", **QUESTION, text="zq-text")

    assert erasures.main(["person", EMAIL.title()]) == 0
    before = everything()
    go_on(queue, clock)
    go_on(queue, clock)

    assert EMAIL in before
    assert EMAIL not in everything()
    assert helpdesk.simulators.zendesk.users() == helpdesk.simulators.zendesk.tickets() == []
    assert (erasures.main(["person", "nobody"]), box.due(clock.now)) == (2, [])
