"""Forgotten passwords, and the links that set new ones."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.accounts import reset_link
from tests.worlds import people, tables
from tests.worlds.visitor import Reply, Visitor

NEW = "vier Quitten im Schnee"


@pytest.fixture
def anna(table: Any, emulator: Any, clock: Any) -> people.Owner:
    """A signed-in owner."""
    return people.owner(emulator.endpoint, ip="198.51.100.1")


def _token(anna: people.Owner) -> str:
    link = reset_link.of(anna.partner_id, anna.employee_id)
    assert link is not None
    return people.token_of(link)


def _reset(token: str, password: str = NEW, visitor: Visitor | None = None) -> Reply:
    return (visitor or Visitor()).form("reset-password", {"token": token}, password=password)


def test_known_and_unknown_addresses_get_the_same_answer(anna: people.Owner, emulator: Any) -> None:
    one, other = Visitor(), Visitor()
    one.issue("forgot-password")
    other.issue("forgot-password")

    known = one.form("forgot-password", email="ANNA@muster.example")
    unknown = other.form("forgot-password", email="niemand@nirgends.example")

    assert (known.status, known.text) == (unknown.status, unknown.text) == (202, "{}")
    assert [sorted(r.headers) for r in (known, unknown)] == [sorted(known.headers)] * 2
    (asked,) = people.facts(emulator.endpoint, "password.reset_asked")
    assert (asked["pk"], asked["subject_id"]) == (anna.partner_id, anna.employee_id)
    (nobody,) = people.facts(emulator.endpoint, "password.reset_unknown")
    assert nobody["pk"] == "-"
    assert "nirgends" not in str(tables.rows(emulator.endpoint, "activity"))


def test_both_addresses_ask_the_same_of_the_tables_and_of_the_queue(
    anna: people.Owner, dynamodb: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chalicelib.plumbing import queue

    kicked: list[int] = []
    monkeypatch.setattr(queue, "kick", lambda rows: kicked.append(len(rows)))
    Visitor().form("forgot-password", email="erste@nirgends.example")  # which makes the key of the house
    asked: list[list[str]] = []
    kicked.clear()
    for email in (anna.email, "niemand@nirgends.example"):
        visitor = Visitor()
        issued = visitor.issue("forgot-password")
        dynamodb.asked.clear()
        visitor.submit(issued, email=email)
        asked.append(dynamodb.operations)

    assert asked[0] == asked[1] == ["UpdateItem", "UpdateItem", "GetItem", "GetItem", "TransactWriteItems"]
    assert kicked == [1, 1]


def test_the_link_sets_a_password_once_and_ends_every_session(anna: people.Owner, emulator: Any) -> None:
    second = Visitor(ip="198.51.100.2")
    people.log_in(second, email=anna.email)
    token = _token(anna)

    done = _reset(token)
    again = _reset(token, "noch ein anderes 9 Wort")

    assert (done.status, done.text) == (204, "")
    assert (again.status, again.json["code"]) == (410, "link_over")
    assert [one.get("/partner").status for one in (anna.visitor, second)] == [401, 401]
    assert people.log_in(Visitor(), email=anna.email).status == 401
    assert people.log_in(Visitor(), email=anna.email, password=NEW).status == 201
    assert len(people.facts(emulator.endpoint, "password.changed")) == 1


def test_the_same_form_again_is_answered_again(anna: people.Owner) -> None:
    visitor = Visitor()
    issued = visitor.issue("reset-password", token=_token(anna))

    assert visitor.submit(issued, password=NEW).status == 204
    assert visitor.submit(issued, password=NEW).status == 204
    assert visitor.submit(issued, password=NEW + "!").status == 409


def test_a_link_is_good_for_thirty_minutes(anna: people.Owner, clock: Any) -> None:
    token, start = _token(anna), clock.now

    clock.set(start + timedelta(minutes=30))
    late = _reset(token)
    clock.set(start + timedelta(minutes=29, seconds=59))
    in_time = _reset(token)

    assert (late.status, in_time.status) == (410, 204)


def test_two_links_asked_for_are_one_change(anna: people.Owner) -> None:
    first, second = _token(anna), _token(anna)

    assert _reset(second).status == 204
    assert _reset(first).status == 410


def test_a_forged_link_changes_nothing(anna: people.Owner) -> None:
    token = _token(anna)

    refused = _reset(token[:-2] + "xx")

    assert refused.status == 404
    assert anna.visitor.get("/partner").status == 200


def test_a_link_of_another_purpose_changes_nothing(anna: people.Owner, emulator: Any) -> None:
    people.register(email="nora@neu.example")

    assert _reset(people.confirmation_token(emulator.endpoint, "nora@neu.example")).status == 404


def test_a_form_for_one_link_cannot_be_sent_to_another(anna: people.Owner, emulator: Any) -> None:
    beat = people.owner(emulator.endpoint, ip="198.51.100.9", email="beat@kern.example")
    visitor = Visitor()
    issued = visitor.issue("reset-password", token=_token(anna))

    refused = visitor.submit({**issued, "action": f"/password-resets/{_token(beat)}"}, password=NEW)

    assert (refused.status, refused.json["code"]) == (400, "form_token_invalid")
    assert visitor.submit(issued, password=NEW).status == 204


@pytest.mark.parametrize("password", ["password1", "Muster-2026!", "coiffeur"])
def test_what_others_would_guess_is_refused(anna: people.Owner, password: str) -> None:
    reply = _reset(_token(anna), password)

    assert reply.status == 422
    assert reply.json["errors"][0]["code"] == "password_guessable"


def test_an_account_that_waits_for_its_confirmation_gets_no_link(anna: people.Owner, emulator: Any) -> None:
    people.register(email="nora@neu.example")

    reply = Visitor().form("forgot-password", email="nora@neu.example")

    assert reply.status == 202
    assert people.facts(emulator.endpoint, "password.reset_asked") == []
    assert len(people.facts(emulator.endpoint, "password.reset_unknown")) == 1


def test_asking_for_one_address_is_limited_to_five_an_hour(anna: people.Owner) -> None:
    visitor = Visitor()
    five = [visitor.form("forgot-password", email=anna.email).status for _ in range(5)]

    sixth = visitor.form("forgot-password", email=anna.email)

    assert five == [202] * 5
    assert (sixth.status, sixth.header("Retry-After")) == (429, "3600")


def test_guessing_links_is_limited_for_each_address(anna: people.Owner) -> None:
    statuses = [_reset("A" * 95).status for _ in range(21)]

    assert statuses == [404] * 20 + [429]
