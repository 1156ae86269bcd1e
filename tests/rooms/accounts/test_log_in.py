"""The login: counted, blind to who exists, repeated safely, and shut when it cannot count."""

import json
from datetime import timedelta
from typing import Any

import pytest

from tests.worlds import people, tables
from tests.worlds.visitor import Visitor

WRONG = "ein falsches Passwort"


def _away(operation: str) -> Any:
    from botocore.exceptions import EndpointConnectionError

    def breaker(asked: str, params: dict[str, Any]) -> None:
        if asked == operation:
            raise EndpointConnectionError(endpoint_url="http://127.0.0.1:9")

    return breaker


def _sessions(emulator: Any) -> list[dict[str, Any]]:
    return [row for row in tables.rows(emulator.endpoint, "guard") if row["pk"]["S"].startswith("session#")]


@pytest.fixture
def anna(table: Any, emulator: Any, clock: Any) -> people.Owner:
    """A partner who came in by the front door; the login it took is forgotten by the counters."""
    made = people.owner(emulator.endpoint, ip="198.51.100.1")
    made.visitor.form("logout")
    return made


def test_a_login_gives_a_session_in_a_cookie_that_only_the_browser_sees(anna: people.Owner) -> None:
    visitor = Visitor()
    reply = people.log_in(visitor, email=anna.email.upper())

    assert reply.status == 201
    assert reply.json == {
        "partner_id": anna.partner_id,
        "employee_id": anna.employee_id,
        "role": "owner",
        "expires_at": "2026-11-23T20:00:00Z",
    }
    value, *attributes = (reply.header("Set-Cookie") or "").split("; ")
    assert value.startswith("__Host-session=")
    assert attributes == ["Path=/", "Secure", "HttpOnly", "SameSite=Lax"]
    assert visitor.get("/partner").status == 200


def test_wrong_unknown_and_unconfirmed_look_the_same(anna: people.Owner, emulator: Any) -> None:
    people.register(email="noch@nicht.example")
    tries = [(anna.email, WRONG), ("niemand@nirgends.example", WRONG), ("noch@nicht.example", people.PASSWORD)]

    replies = [
        people.log_in(Visitor(ip=f"203.0.113.{n}"), email=email, password=password)
        for n, (email, password) in enumerate(tries)
    ]

    plain = [{**reply.json, "request_id": ""} for reply in replies]
    assert plain[0]["code"] == "login_failed"
    assert plain == [plain[0]] * 3
    assert [reply.status for reply in replies] == [401] * 3
    assert all(reply.header("Set-Cookie") is None for reply in replies)
    noted = people.facts(emulator.endpoint, "login.failed")
    assert sorted((json.loads(one["detail"])["code"], one["pk"] == "-") for one in noted) == [
        ("not_confirmed", False),
        ("unknown", True),
        ("wrong_password", False),
    ]
    assert people.facts(emulator.endpoint, "access.denied") == []


def test_the_fourth_attempt_waits_even_with_the_right_password(anna: people.Owner, clock: Any, emulator: Any) -> None:
    visitor = Visitor()
    start = clock.now
    for second in (0, 40, 100):
        clock.set(start + timedelta(seconds=second))
        assert people.log_in(visitor, email=anna.email, password=WRONG).status == 401

    clock.set(start + timedelta(seconds=100, milliseconds=1))
    fourth = people.log_in(visitor, email=anna.email)
    clock.set(start + timedelta(milliseconds=299_999))
    too_soon = people.log_in(visitor, email=anna.email)
    clock.set(start + timedelta(seconds=300))
    at_last = people.log_in(visitor, email=anna.email)
    again = people.log_in(visitor, email=anna.email)

    assert (fourth.status, fourth.header("Retry-After")) == (429, "200")
    assert (too_soon.status, too_soon.header("Retry-After")) == (429, "1")
    assert at_last.status == 201
    assert (again.status, again.header("Retry-After")) == (429, "40")
    assert len(_sessions(emulator)) == 1


def test_successful_logins_count_too(anna: people.Owner) -> None:
    replies = [people.log_in(Visitor(), email=anna.email).status for _ in range(4)]

    assert replies == [201, 201, 201, 429]


def test_another_address_is_counted_apart_and_a_forged_header_is_not_an_address(anna: people.Owner) -> None:
    for n in range(3):
        visitor = Visitor()
        issued = visitor.issue("login")
        headers = {"x-form-token": issued["token"], "x-forwarded-for": f"203.0.113.{n}", "x-real-ip": f"203.0.113.{n}"}
        body = {"email": anna.email, "password": WRONG}
        assert visitor.send("POST", "/sessions", body, headers).status == 401

    forged = Visitor()
    issued = forged.issue("login")
    headers = {"x-form-token": issued["token"], "x-forwarded-for": "203.0.113.99", "forwarded": "for=203.0.113.98"}
    refused = forged.send("POST", "/sessions", {"email": anna.email, "password": people.PASSWORD}, headers)

    assert refused.status == 429
    assert people.log_in(Visitor(ip="192.0.2.11"), email=anna.email).status == 201


def test_one_network_of_ipv6_is_one_address(anna: people.Owner) -> None:
    for n in range(3):
        assert people.log_in(Visitor(ip=f"2001:db8:1:2::{n + 1}"), email=anna.email, password=WRONG).status == 401

    same = people.log_in(Visitor(ip="2001:db8:1:2:ffff:ffff:ffff:ffff"), email=anna.email)
    other = people.log_in(Visitor(ip="2001:db8:1:3::1"), email=anna.email)

    assert (same.status, other.status) == (429, 201)


def test_an_ipv4_address_in_ipv6_clothes_is_the_same_address(anna: people.Owner) -> None:
    for ip in ("192.0.2.10", "::ffff:192.0.2.10", "::ffff:c000:20a"):
        assert people.log_in(Visitor(ip=ip), email=anna.email, password=WRONG).status == 401

    assert people.log_in(Visitor(), email=anna.email).status == 429


def test_a_login_sent_again_is_one_session_with_the_same_cookie(anna: people.Owner, emulator: Any) -> None:
    visitor = Visitor()
    issued = visitor.issue("login")

    first = visitor.submit(issued, email=anna.email, password=people.PASSWORD)
    again = visitor.submit(issued, email=anna.email, password=people.PASSWORD)

    assert (first.status, again.status) == (201, 201)
    assert first.text == again.text
    assert first.header("Set-Cookie") == again.header("Set-Cookie")
    assert len(_sessions(emulator)) == 1
    assert len(people.facts(emulator.endpoint, "login.succeeded")) == 2  # this one, and the one of the world


def test_signing_in_again_ends_the_session_of_before_and_a_failed_try_does_not(
    anna: people.Owner, emulator: Any
) -> None:
    visitor = Visitor()
    people.log_in(visitor, email=anna.email)
    before = dict(visitor.cookies)

    failed = people.log_in(visitor, email=anna.email, password=WRONG)
    still = Visitor(cookies=dict(before)).get("/partner").status
    again = people.log_in(visitor, email=anna.email)

    assert (failed.status, still, again.status) == (401, 200, 201)
    assert visitor.cookies["__Host-session"] != before["__Host-session"]
    assert Visitor(cookies=before).get("/partner").status == 401
    assert visitor.get("/partner").status == 200
    assert len(_sessions(emulator)) == 1


def test_whoever_tries_a_foreign_address_while_signed_in_leaves_no_fact_in_the_own_log(
    anna: people.Owner, emulator: Any
) -> None:
    visitor = Visitor()
    people.log_in(visitor, email=anna.email)

    people.log_in(visitor, email="niemand@nirgends.example", password=WRONG)

    assert [one["pk"] for one in people.facts(emulator.endpoint, "login.failed")] == ["-"]


def test_a_form_that_failed_can_be_sent_again_with_the_right_password(anna: people.Owner) -> None:
    visitor = Visitor()
    issued = visitor.issue("login")

    wrong = visitor.submit(issued, email=anna.email, password=WRONG)
    right = visitor.submit(issued, email=anna.email, password=people.PASSWORD)

    assert (wrong.status, right.status) == (401, 201)


def test_a_login_costs_one_count_one_read_one_key_and_one_transaction(anna: people.Owner, dynamodb: Any) -> None:
    visitor = Visitor()
    issued = visitor.issue("login")
    dynamodb.asked.clear()

    reply = visitor.submit(issued, email=anna.email, password=people.PASSWORD)

    assert reply.status == 201
    # The key is unwrapped each time, known address or not, so that the clock tells nobody which it is.
    assert dynamodb.operations == ["UpdateItem", "GetItem", "GetItem", "TransactWriteItems"]


@pytest.mark.parametrize("operation", ["UpdateItem", "GetItem", "TransactWriteItems"])
def test_nobody_gets_in_while_a_table_is_away(anna: people.Owner, dynamodb: Any, emulator: Any, operation: str) -> None:
    visitor = Visitor()
    issued = visitor.issue("login")

    with dynamodb.breaking(_away(operation)):
        refused = visitor.submit(issued, email=anna.email, password=people.PASSWORD)

    assert (refused.status, refused.json["code"]) == (503, "unavailable")
    assert refused.header("Set-Cookie") is None
    assert _sessions(emulator) == []
    assert visitor.submit(issued, email=anna.email, password=people.PASSWORD).status == 201


def test_a_password_changed_in_the_very_moment_lets_nobody_in_with_the_old_one(
    anna: people.Owner, dynamodb: Any, emulator: Any, table: Any
) -> None:
    from chalicelib.accounts import logins, passwords
    from chalicelib.accounts.records import LoginRow

    visitor = Visitor()
    issued = visitor.issue("login")
    changed: list[bool] = []

    def change_meanwhile(operation: str, params: dict[str, Any]) -> None:
        if operation == "TransactWriteItems" and not changed:
            changed.append(True)
            row = logins.of(anna.email)
            assert row is not None
            table.update(row, [LoginRow.password_hash.set(passwords.hashed("ganz neu gesetzt 5"))])

    with dynamodb.breaking(change_meanwhile):
        refused = visitor.submit(issued, email=anna.email, password=people.PASSWORD)

    assert changed
    assert refused.status == 401
    assert _sessions(emulator) == []


def test_a_hash_of_older_costs_is_made_anew_at_the_next_login(anna: people.Owner, table: Any) -> None:
    from argon2 import PasswordHasher

    from chalicelib.accounts import logins, passwords
    from chalicelib.accounts.records import LoginRow

    row = logins.of(anna.email)
    assert row is not None
    weak = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(passwords._peppered(people.PASSWORD))
    table.update(row, [LoginRow.password_hash.set(weak)])

    first = people.log_in(Visitor(), email=anna.email)
    stored = logins.of(anna.email)

    assert first.status == 201
    assert stored is not None
    assert stored.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert people.log_in(Visitor(), email=anna.email).status == 201


def test_a_form_issued_to_one_visitor_is_no_good_for_another(anna: people.Owner) -> None:
    issued = Visitor().issue("login")

    stranger = Visitor()
    stranger.issue("login")
    refused = stranger.submit(issued, email=anna.email, password=people.PASSWORD)

    assert (refused.status, refused.json["code"]) == (400, "form_token_invalid")


def test_a_login_without_a_form_is_refused(anna: people.Owner) -> None:
    refused = Visitor().send("POST", "/sessions", {"email": anna.email, "password": people.PASSWORD})

    assert (refused.status, refused.json["code"]) == (400, "form_token_invalid")


def test_a_program_with_a_key_cannot_open_a_session(anna: people.Owner) -> None:
    visitor = Visitor()
    people.log_in(visitor, email=anna.email)
    key = visitor.form("api-key", name="Kasse", scopes=["read", "write"]).json["key"]

    program = Visitor(key=key)
    refused = program.send("POST", "/sessions", {"email": anna.email, "password": people.PASSWORD})

    assert (refused.status, refused.json["code"]) == (403, "sign_in_only")
    assert program.send("DELETE", "/sessions/current").status == 403


def test_logging_out_ends_the_session_and_not_only_its_cookie(anna: people.Owner, emulator: Any) -> None:
    visitor = Visitor()
    people.log_in(visitor, email=anna.email)
    cookies = dict(visitor.cookies)
    assert Visitor(cookies=dict(cookies)).get("/partner").status == 200

    out = visitor.form("logout")

    assert out.status == 204
    assert "__Host-session" not in visitor.cookies
    kept = Visitor(cookies=cookies).get("/partner")
    assert (kept.status, kept.json["code"]) == (401, "session_over")
    assert _sessions(emulator) == []
    assert len(people.facts(emulator.endpoint, "logout.done")) == 2


def test_a_session_ends_after_two_idle_hours_and_after_twelve_in_any_case(anna: people.Owner, clock: Any) -> None:
    visitor = Visitor()
    people.log_in(visitor, email=anna.email)
    start = clock.now

    clock.set(start + timedelta(hours=1, minutes=59))
    awake = visitor.get("/partner").status
    clock.set(start + timedelta(hours=3, minutes=59))
    idle = visitor.get("/partner").status

    assert (awake, idle) == (200, 401)
    clock.set(start)
    for minutes in range(0, 12 * 60, 90):
        clock.set(start + timedelta(minutes=minutes))
        assert visitor.get("/partner").status == 200
    clock.set(start + timedelta(hours=12))
    assert visitor.get("/partner").status == 401
