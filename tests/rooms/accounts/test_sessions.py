"""Where somebody is signed in: seen by themselves alone, and ended one by one or all at once."""

import json
from datetime import timedelta
from typing import Any

import pytest

from tests.worlds import people, tables
from tests.worlds.browser import open_page
from tests.worlds.visitor import Visitor


@pytest.fixture
def anna(table: Any, emulator: Any, clock: Any) -> people.Owner:
    """A signed-in owner."""
    return people.owner(emulator.endpoint, ip="198.51.100.1")


@pytest.fixture
def elsewhere(anna: people.Owner, clock: Any) -> Visitor:
    """The same person at another computer, an hour later."""
    clock.set(clock.now + timedelta(hours=1))
    visitor = Visitor(ip="198.51.100.2")
    assert people.log_in(visitor, email=anna.email).status == 201
    return visitor


def _seen(visitor: Visitor) -> list[dict[str, Any]]:
    reply = visitor.get("/sessions")
    assert reply.status == 200, reply.text
    return list(reply.json["items"])


def test_everybody_sees_where_they_are_signed_in(anna: people.Owner, elsewhere: Visitor, emulator: Any) -> None:
    there, here = _seen(anna.visitor)

    assert here == {
        "id": here["id"],
        "created_at": "2026-11-23T08:00:00Z",
        "seen_at": "2026-11-23T09:00:00Z",
        "ends_at": "2026-11-23T20:00:00Z",
        "current": True,
    }
    assert (there["created_at"], there["current"]) == ("2026-11-23T09:00:00Z", False)
    assert [one["current"] for one in _seen(elsewhere)] == [True, False]
    stored = [
        row["sk"]["S"] for row in tables.rows(emulator.endpoint, "guard") if row["pk"]["S"].startswith("session#")
    ]
    assert len(stored) == 2
    assert not {one["id"] for one in (here, there)} & {part for key in stored for part in (key, key[:32])}


def test_one_is_ended_and_the_others_go_on(anna: people.Owner, elsewhere: Visitor, emulator: Any) -> None:
    third = Visitor(ip="198.51.100.3")
    people.log_in(third, email=anna.email)
    there = next(one for one in _seen(elsewhere) if one["current"])

    ended = anna.visitor.form("session-end", {"id": there["id"]}, password=people.PASSWORD)

    assert (ended.status, ended.text) == (204, "")
    assert [one.get("/partner").status for one in (elsewhere, anna.visitor, third)] == [401, 200, 200]
    assert len(_seen(anna.visitor)) == 2
    (fact,) = people.facts(emulator.endpoint, "session.ended")
    assert (fact["employee_id"], fact["subject_id"]) == (anna.employee_id, anna.employee_id)


def test_all_others_are_ended_at_once(anna: people.Owner, elsewhere: Visitor, emulator: Any) -> None:
    third = Visitor(ip="198.51.100.3")
    people.log_in(third, email=anna.email)
    assert len(_seen(anna.visitor)) == 3

    ended = anna.visitor.form("sessions-end", password=people.PASSWORD)

    assert ended.status == 204
    assert [one.get("/partner").status for one in (elsewhere, third, anna.visitor)] == [401, 401, 200]
    assert [one["current"] for one in _seen(anna.visitor)] == [True]
    assert len(people.facts(emulator.endpoint, "sessions.ended")) == 1


def test_a_stolen_session_cannot_end_the_others_without_the_password(anna: people.Owner, elsewhere: Visitor) -> None:
    there = next(one for one in _seen(anna.visitor) if not one["current"])

    replies = [
        anna.visitor.form("session-end", {"id": there["id"]}, password="geraten und falsch"),
        anna.visitor.form("sessions-end", password="geraten und falsch"),
    ]

    assert [(one.status, one.json["errors"][0]["code"]) for one in replies] == [(422, "wrong_password")] * 2
    assert elsewhere.get("/partner").status == 200


def test_what_is_over_is_not_shown_and_cannot_be_ended(anna: people.Owner, elsewhere: Visitor, clock: Any) -> None:
    there = next(one for one in _seen(anna.visitor) if not one["current"])
    clock.set(clock.now + timedelta(hours=1, minutes=30))
    issued = anna.visitor.issue("session-end", id=there["id"])
    clock.set(clock.now + timedelta(minutes=30))

    assert [one["current"] for one in _seen(anna.visitor)] == [True]
    assert anna.visitor.submit(issued, password=people.PASSWORD).status == 404


def test_nobody_sees_or_ends_the_sessions_of_others(anna: people.Owner, elsewhere: Visitor) -> None:
    _, beat = people.colleague(anna.visitor, role="admin", ip="198.51.100.9", email="beat@kern.example")
    there = next(one for one in _seen(anna.visitor) if not one["current"])
    own = _seen(beat)[0]["id"]

    assert [one["id"] for one in _seen(beat)] == [own]
    assert beat.get(f"/forms/session-end?id={there['id']}").status == 404
    issued = beat.issue("session-end", id=own)
    refused = beat.submit({**issued, "action": f"/sessions/{there['id']}"}, password=people.PASSWORD)
    assert (refused.status, refused.json["code"]) == (400, "form_token_invalid")
    assert elsewhere.get("/partner").status == 200


def test_the_name_of_a_session_opens_nothing(anna: people.Owner, elsewhere: Visitor) -> None:
    there = next(one for one in _seen(anna.visitor) if not one["current"])

    thief = Visitor(cookies={"__Host-session": f"{anna.employee_id}.{there['id']}"})

    assert thief.get("/partner").status == 401
    assert elsewhere.get("/partner").status == 200


def test_programs_have_no_sessions(anna: people.Owner) -> None:
    key = anna.visitor.form("api-key", name="Kasse", scopes=["read", "write"]).json["key"]
    (own,) = _seen(anna.visitor)
    program = Visitor(key=key)

    replies = [
        program.get("/sessions"),
        program.send("DELETE", f"/sessions/{own['id']}", {"password": people.PASSWORD}),
        program.send("DELETE", "/sessions/others", {"password": people.PASSWORD}),
    ]

    assert [(one.status, one.json["code"]) for one in replies] == [(403, "sign_in_only")] * 3
    assert Visitor().get("/sessions").status == 401
    assert anna.visitor.get("/partner").status == 200


def test_the_list_costs_one_query_beside_who_asks(anna: people.Owner, elsewhere: Visitor, dynamodb: Any) -> None:
    assert _seen(anna.visitor)
    dynamodb.asked.clear()

    assert len(_seen(anna.visitor)) == 2

    assert dynamodb.operations == ["GetItem", "Query"]


def test_the_page_ends_them_without_scripts(anna: people.Owner, elsewhere: Visitor) -> None:
    page = open_page(anna.visitor, "/sessions")
    assert page.text.count("/forms/session-end?id=") == 1
    assert "198.51.100" not in page.text

    done = page.send("/sessions/others", password=people.PASSWORD)

    assert (done.status, done.header("Location")) == (303, "/sessions?done=accounts.end_my_other_sessions")
    assert elsewhere.get("/partner").status == 401
    alone = open_page(anna.visitor, "/sessions")
    assert [one.action for one in alone.forms] == ["/sessions/current"]
    assert json.dumps(_seen(anna.visitor)).count("current") == 1
