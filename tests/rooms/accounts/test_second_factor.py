"""The second factor: switched on by each person, asked for after the password, good once, and never in the way of others."""

import re
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.accounts import totp
from tests.worlds import people, tables
from tests.worlds.browser import open_page, read
from tests.worlds.outbox import Queue
from tests.worlds.visitor import Reply, Visitor

WRONG = "ein falsches Passwort"


class App:
    """An authenticator app with the product's clock."""

    def __init__(self, secret: str, clock: Any) -> None:
        self._secret = totp.secret(secret)
        self._clock = clock

    def code(self, *, seconds_off: int = 0) -> str:
        return totp.code(self._secret, totp.step(self._clock.now + timedelta(seconds=seconds_off)))

    def wrong(self, number: int = 0) -> str:
        """A code that is none of those near now."""
        near = {self.code(seconds_off=30 * one) for one in range(-3, 4)}
        return next(f"{one:06}" for one in range(1000 * (number + 1), 10**6) if f"{one:06}" not in near)


def _switch_on(visitor: Visitor, clock: Any, password: str = people.PASSWORD) -> tuple[App, list[str]]:
    issued = visitor.issue("second-factor")
    app = App(issued["locked"]["secret"], clock)
    done = visitor.submit(issued, password=password, code=app.code())
    assert done.status == 201, done.text
    clock.set(clock.now + timedelta(seconds=60))
    return app, list(done.json["recovery_codes"])


def _password(visitor: Visitor, email: str, password: str = people.PASSWORD) -> Reply:
    reply = people.log_in(visitor, email=email, password=password)
    assert reply.status == 202, reply.text
    return reply


@pytest.fixture
def anna(table: Any, emulator: Any, clock: Any) -> people.Owner:
    """A signed-in owner."""
    return people.owner(emulator.endpoint, ip="198.51.100.1")


@pytest.fixture
def app(anna: people.Owner, clock: Any) -> App:
    """Her app; a minute has passed since she switched the second factor on."""
    return _switch_on(anna.visitor, clock)[0]


def test_it_is_off_until_somebody_switches_it_on(anna: people.Owner, clock: Any) -> None:
    before = anna.visitor.get("/second-factor").json

    _, codes = _switch_on(anna.visitor, clock)

    assert before == {"on": False, "since": None, "recovery_codes_left": 0}
    assert anna.visitor.get("/second-factor").json == {
        "on": True,
        "since": "2026-11-23T08:00:00Z",
        "recovery_codes_left": 10,
    }
    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"[a-z2-9]{5}-[a-z2-9]{5}", one) for one in codes)


def test_the_password_is_answered_by_the_form_for_the_code_and_the_code_by_the_session(
    anna: people.Owner, app: App, clock: Any
) -> None:
    visitor = Visitor()

    asked = _password(visitor, anna.email)
    between = visitor.get("/partner").status
    came_in = visitor.form("login-code", code=app.code())

    assert asked.json == {"next": "login-code", "expires_at": "2026-11-23T08:06:00Z"}
    assert "__Host-session" not in str(asked.headers)
    assert between == 401
    assert came_in.status == 201
    assert came_in.json == {
        "partner_id": anna.partner_id,
        "employee_id": anna.employee_id,
        "role": "owner",
        "expires_at": "2026-11-23T20:01:00Z",
    }
    assert (came_in.header("Set-Cookie") or "").startswith("__Host-session=")
    assert visitor.get("/partner").status == 200


def test_a_wrong_password_says_nothing_of_a_second_factor(anna: people.Owner, app: App) -> None:
    replies = [
        people.log_in(Visitor(ip=f"203.0.113.{n}"), email=email, password=WRONG)
        for n, email in enumerate([anna.email, "niemand@nirgends.example"])
    ]

    assert [one.status for one in replies] == [401, 401]
    assert {**replies[0].json, "request_id": ""} == {**replies[1].json, "request_id": ""}
    assert sorted(replies[0].headers) == sorted(replies[1].headers)


def test_a_code_is_good_once(anna: people.Owner, app: App, emulator: Any) -> None:
    code = app.code()
    first, second = Visitor(ip="192.0.2.1"), Visitor(ip="192.0.2.2")
    for visitor in (first, second):
        _password(visitor, anna.email)

    replies = [visitor.form("login-code", code=code) for visitor in (first, second)]

    assert [one.status for one in replies] == [201, 401]
    assert replies[1].json["code"] == "login_code_wrong"
    assert second.get("/partner").status == 401


def test_the_code_that_switched_it_on_does_not_log_in(anna: people.Owner, clock: Any) -> None:
    issued = anna.visitor.issue("second-factor")
    app = App(issued["locked"]["secret"], clock)
    code = app.code()
    assert anna.visitor.submit(issued, password=people.PASSWORD, code=code).status == 201
    visitor = Visitor()
    _password(visitor, anna.email)

    assert visitor.form("login-code", code=code).status == 401
    assert visitor.form("login-code", code=app.code(seconds_off=30)).status == 201


@pytest.mark.parametrize(("seconds", "status"), [(-60, 401), (-30, 201), (0, 201), (30, 201), (60, 401)])
def test_a_clock_may_be_half_a_minute_off(anna: people.Owner, app: App, clock: Any, seconds: int, status: int) -> None:
    clock.set(clock.now + timedelta(minutes=1))
    visitor = Visitor()
    _password(visitor, anna.email)

    assert visitor.form("login-code", code=app.code(seconds_off=seconds)).status == status


def test_a_code_with_a_space_in_it_is_the_same_code(anna: people.Owner, app: App) -> None:
    visitor = Visitor()
    _password(visitor, anna.email)
    code = app.code()

    assert visitor.form("login-code", code=f" {code[:3]} {code[3:]} ").status == 201


def test_wrong_codes_count_and_after_three_the_password_is_asked_again(
    anna: people.Owner, app: App, emulator: Any, clock: Any
) -> None:
    visitor = Visitor()
    _password(visitor, anna.email)

    wrong = [visitor.form("login-code", code=app.wrong(n)) for n in range(3)]
    over = visitor.form("login-code", code=app.code())
    password = people.log_in(visitor, email=anna.email)

    assert [(one.status, one.json["code"]) for one in wrong] == [(401, "login_code_wrong")] * 3
    assert (over.status, over.json["code"]) == (410, "login_over")
    # Password and first code were one attempt, the two other codes one each: that makes three.
    assert (password.status, password.header("Retry-After")) == (429, "300")
    assert len(people.facts(emulator.endpoint, "login.codes_refused")) == 1
    assert visitor.get("/partner").status == 401
    clock.set(clock.now + timedelta(seconds=300))
    assert people.log_in(visitor, email=anna.email).status == 202


def test_a_second_code_is_an_attempt_and_a_first_one_is_not(anna: people.Owner, app: App, clock: Any) -> None:
    for _ in range(2):
        assert people.log_in(Visitor(), email=anna.email, password=WRONG).status == 401
    visitor = Visitor()
    _password(visitor, anna.email)

    first = visitor.form("login-code", code=app.wrong())
    second = visitor.form("login-code", code=app.code())

    assert first.status == 401
    assert (second.status, second.header("Retry-After")) == (429, "300")
    assert visitor.get("/partner").status == 401


def test_guessing_from_many_addresses_is_bounded_for_each_person(anna: people.Owner, app: App) -> None:
    statuses = []
    for n in range(11):
        visitor = Visitor(ip=f"203.0.113.{n}")
        _password(visitor, anna.email)
        statuses.append(visitor.form("login-code", code=app.wrong(n)).status)

    # Switching it on was the first of the ten in this hour.
    assert statuses == [401] * 9 + [429] * 2


def test_a_login_waits_five_minutes_for_its_code(anna: people.Owner, app: App, clock: Any) -> None:
    start = clock.now
    late, in_time = Visitor(ip="192.0.2.1"), Visitor(ip="192.0.2.2")
    for visitor in (late, in_time):
        _password(visitor, anna.email)

    clock.set(start + timedelta(minutes=5))
    too_late = late.form("login-code", code=app.code())
    clock.set(start + timedelta(minutes=5, seconds=-1))
    at_last = in_time.form("login-code", code=app.code())

    assert (too_late.status, too_late.json["code"]) == (410, "login_over")
    assert at_last.status == 201


def test_only_the_browser_in_which_the_password_was_given_goes_on(anna: people.Owner, app: App) -> None:
    visitor, other = Visitor(), Visitor()
    _password(visitor, anna.email)
    issued = visitor.issue("login-code")

    elsewhere = other.form("login-code", code=app.code())
    stolen = other.submit(issued, code=app.code())

    assert (elsewhere.status, elsewhere.json["code"]) == (410, "login_over")
    assert (stolen.status, stolen.json["code"]) == (400, "form_token_invalid")
    assert visitor.submit(issued, code=app.code()).status == 201


def test_a_login_is_finished_once(anna: people.Owner, app: App, emulator: Any) -> None:
    visitor = Visitor()
    _password(visitor, anna.email)
    issued = visitor.issue("login-code")
    code = app.code()

    first = visitor.submit(issued, code=code)
    again = visitor.submit(issued, code=code)
    another = Visitor(cookies={"__Host-anon": visitor.cookies["__Host-anon"]}).form(
        "login-code", code=app.code(seconds_off=30)
    )

    assert (first.status, again.status) == (201, 201)
    assert (first.text, first.header("Set-Cookie")) == (again.text, again.header("Set-Cookie"))
    assert another.status == 410


def test_a_new_password_ends_a_login_that_waits_and_leaves_the_second_factor_on(anna: people.Owner, app: App) -> None:
    from chalicelib.accounts import reset_link

    visitor = Visitor()
    _password(visitor, anna.email)
    link = reset_link.of(anna.partner_id, anna.employee_id)
    assert link is not None
    new = "vier Quitten im Schnee"
    assert Visitor().form("reset-password", {"token": people.token_of(link)}, password=new).status == 204

    over = visitor.form("login-code", code=app.code())
    asked = _password(visitor, anna.email, new)

    assert over.status == 410
    assert asked.json["next"] == "login-code"
    assert visitor.form("login-code", code=app.code()).status == 201


def test_a_recovery_code_is_good_once(anna: people.Owner, clock: Any) -> None:
    _, codes = _switch_on(anna.visitor, clock)
    first, second, third = (Visitor(ip=f"192.0.2.{n}") for n in range(3))
    for visitor in (first, second, third):
        _password(visitor, anna.email)

    replies = [
        first.form("login-code", code=codes[0]),
        second.form("login-code", code=codes[0]),
        third.form("login-code", code=codes[1].upper().replace("-", " ")),
    ]

    assert [one.status for one in replies] == [201, 401, 201]
    assert first.get("/second-factor").json["recovery_codes_left"] == 8


def test_what_is_stored_is_neither_secret_nor_code(anna: people.Owner, clock: Any, emulator: Any) -> None:
    issued = anna.visitor.issue("second-factor")
    secret = issued["locked"]["secret"]
    app = App(secret, clock)
    codes = anna.visitor.submit(issued, password=people.PASSWORD, code=app.code()).json["recovery_codes"]
    names = ("records", "guard", "activity", "keys")
    raw = "".join(str(tables.raw_rows(emulator.endpoint, name)) for name in names)

    (row,) = [one for one in tables.rows(emulator.endpoint, "records") if "factor_secret" in one]
    assert row["factor_secret"] == {"S": secret}
    assert "factor_secret" in raw
    assert secret not in raw
    assert str(totp.secret(secret)) not in raw
    assert not [one for one in codes if one in raw or one.replace("-", "") in raw]


def test_the_secret_is_one_that_was_offered_in_this_very_session(anna: people.Owner, clock: Any) -> None:
    _, beat = people.colleague(anna.visitor, role="employee", ip="198.51.100.9", email="beat@kern.example")
    theirs = beat.issue("second-factor")["locked"]["secret"]

    lured = anna.visitor.issue("second-factor", secret=theirs)
    invented = anna.visitor.issue("second-factor", secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    again = anna.visitor.issue("second-factor", secret=lured["locked"]["secret"])
    forged = anna.visitor.submit(lured, password=people.PASSWORD, code=App(theirs, clock).code(), secret=theirs)

    assert len({theirs, lured["locked"]["secret"], invented["locked"]["secret"]}) == 3
    assert invented["locked"]["secret"] != "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    assert again["locked"] == lured["locked"]
    assert (forged.status, forged.json["code"]) == (400, "form_token_invalid")


def test_switching_on_needs_password_and_code(anna: people.Owner, clock: Any) -> None:
    issued = anna.visitor.issue("second-factor")
    app = App(issued["locked"]["secret"], clock)

    no_password = anna.visitor.submit(issued, password=WRONG, code=app.code())
    no_code = anna.visitor.submit(issued, password=people.PASSWORD, code=app.wrong())
    off = anna.visitor.get("/second-factor").json["on"]
    both = anna.visitor.submit(issued, password=people.PASSWORD, code=app.code())
    twice = anna.visitor.get("/forms/second-factor")

    assert [one.json["errors"][0]["code"] for one in (no_password, no_code)] == ["wrong_password", "wrong_code"]
    assert off is False
    assert both.status == 201
    assert (twice.status, twice.json["code"]) == (409, "second_factor_on")


def test_switching_off_needs_password_and_code(anna: people.Owner, app: App, emulator: Any) -> None:
    no_password = anna.visitor.form("second-factor-off", password=WRONG, code=app.code())
    no_code = anna.visitor.form("second-factor-off", password=people.PASSWORD, code=app.wrong())
    on = anna.visitor.get("/second-factor").json["on"]
    both = anna.visitor.form("second-factor-off", password=people.PASSWORD, code=app.code())

    assert [one.json["errors"][0]["code"] for one in (no_password, no_code)] == ["wrong_password", "wrong_code"]
    assert on is True
    assert len(people.facts(emulator.endpoint, "identity.not_proven")) == 2
    assert both.status == 204
    assert anna.visitor.get("/second-factor").json == {"on": False, "since": None, "recovery_codes_left": 0}
    assert people.log_in(Visitor(), email=anna.email).status == 201
    assert not [row for row in tables.rows(emulator.endpoint, "records") if any("factor" in name for name in row)]
    assert [len(people.facts(emulator.endpoint, f"second_factor.switched_{one}")) for one in ("on", "off")] == [1, 1]


def test_switching_on_and_off_ends_the_other_sessions(anna: people.Owner, clock: Any) -> None:
    other = Visitor(ip="198.51.100.2")
    people.log_in(other, email=anna.email)
    app, _ = _switch_on(anna.visitor, clock)
    after_on = other.get("/partner").status
    _password(other, anna.email)
    assert other.form("login-code", code=app.code()).status == 201
    clock.set(clock.now + timedelta(seconds=60))

    assert anna.visitor.form("second-factor-off", password=people.PASSWORD, code=app.code()).status == 204

    assert (after_on, other.get("/partner").status, anna.visitor.get("/partner").status) == (401, 401, 200)


def test_new_recovery_codes_replace_the_old_ones(anna: people.Owner, clock: Any) -> None:
    app, old = _switch_on(anna.visitor, clock)

    made = anna.visitor.form("recovery-codes", password=people.PASSWORD, code=app.code())

    assert made.status == 201
    assert not set(made.json["recovery_codes"]) & set(old)
    with_old, with_new = Visitor(ip="192.0.2.1"), Visitor(ip="192.0.2.2")
    for visitor in (with_old, with_new):
        _password(visitor, anna.email)
    assert with_old.form("login-code", code=old[0]).status == 401
    assert with_new.form("login-code", code=made.json["recovery_codes"][0]).status == 201


def test_an_owner_resets_that_of_somebody_who_lost_the_phone(anna: people.Owner, clock: Any, emulator: Any) -> None:
    email = "beat@kern.example"
    beat_id, beat = people.colleague(anna.visitor, role="employee", ip="198.51.100.9", email=email)
    _switch_on(beat, clock)

    refused = anna.visitor.form("second-factor-reset", {"id": beat_id}, password=WRONG)
    done = anna.visitor.form("second-factor-reset", {"id": beat_id}, password=people.PASSWORD)
    again = anna.visitor.get(f"/forms/second-factor-reset?id={beat_id}")

    assert (refused.status, done.status) == (422, 204)
    assert (again.status, again.json["code"]) == (409, "second_factor_off")
    assert beat.get("/partner").status == 401
    assert people.log_in(Visitor(), email=email).status == 201
    (fact,) = people.facts(emulator.endpoint, "second_factor.reset")
    assert (fact["employee_id"], fact["subject_id"]) == (anna.employee_id, beat_id)


def test_nobody_resets_that_of_a_higher_role_or_their_own(anna: people.Owner, app: App, clock: Any) -> None:
    admin_id, admin = people.colleague(anna.visitor, role="admin", ip="198.51.100.8", email="cleo@kern.example")
    _, beat = people.colleague(anna.visitor, role="employee", ip="198.51.100.9", email="beat@kern.example")
    _switch_on(admin, clock)

    replies = [
        admin.get(f"/forms/second-factor-reset?id={anna.employee_id}"),
        admin.get(f"/forms/second-factor-reset?id={admin_id}"),
        anna.visitor.get(f"/forms/second-factor-reset?id={anna.employee_id}"),
        beat.get(f"/forms/second-factor-reset?id={admin_id}"),
    ]

    assert [one.status for one in replies] == [403] * 4
    assert anna.visitor.get(f"/forms/second-factor-reset?id={admin_id}").status == 200


def test_it_goes_along_to_a_new_mail_address(anna: people.Owner, clock: Any) -> None:
    beat_id, beat = people.colleague(anna.visitor, role="employee", ip="198.51.100.9", email="beat@kern.example")
    app, codes = _switch_on(beat, clock)

    moved = anna.visitor.form("employee", {"id": beat_id}, email="beat@neu.example")

    assert moved.status == 200
    visitor, second = Visitor(), Visitor(ip="192.0.2.2")
    _password(visitor, "beat@neu.example")
    assert visitor.form("login-code", code=app.code()).status == 201
    _password(second, "beat@neu.example")
    assert second.form("login-code", code=codes[0]).status == 201


def test_programs_are_not_touched_and_have_none(anna: people.Owner, clock: Any) -> None:
    key = anna.visitor.form("api-key", name="Kasse", scopes=["read", "write"]).json["key"]
    _switch_on(anna.visitor, clock)
    program = Visitor(key=key)

    assert program.get("/partner").status == 200
    replies = [
        program.get("/second-factor"),
        program.send("PUT", "/second-factor", {"password": people.PASSWORD, "code": "000000", "secret": "A"}),
        program.send("DELETE", "/second-factor", {"password": people.PASSWORD, "code": "000000"}),
        program.send("POST", "/second-factor/recovery-codes", {"password": people.PASSWORD, "code": "000000"}),
        program.send("DELETE", f"/employees/{anna.employee_id}/second-factor", {"password": people.PASSWORD}),
        program.send("POST", "/sessions/code", {"code": "000000"}),
    ]
    assert [(one.status, one.json["code"]) for one in replies] == [(403, "sign_in_only")] * 6


def test_a_closed_account_leaves_nothing_of_it(anna: people.Owner, app: App, emulator: Any, queue: Queue) -> None:
    def left() -> list[dict[str, Any]]:
        return [row for row in tables.rows(emulator.endpoint, "records") if "factor_secret" in row]

    assert len(left()) == 1

    assert anna.visitor.form("close-account", password=people.PASSWORD, confirm=True).status == 202
    queue.drain()

    assert left() == []


def test_an_export_of_everything_leaves_it_out(anna: people.Owner, clock: Any) -> None:
    from chalicelib.accounts import find

    _switch_on(anna.visitor, clock)

    partner, team = find.held(anna.partner_id)

    assert partner is not None
    assert team[0]["email"] == anna.email
    assert "factor" not in str(partner) + str(team)


def test_a_login_with_it_costs_what_one_without_costs_and_the_code_as_much_again(
    anna: people.Owner, app: App, dynamodb: Any
) -> None:
    visitor = Visitor()
    issued = visitor.issue("login")
    dynamodb.asked.clear()
    assert visitor.submit(issued, email=anna.email, password=people.PASSWORD).status == 202
    password = dynamodb.operations
    issued = visitor.issue("login-code")
    dynamodb.asked.clear()
    assert visitor.submit(issued, code=app.code()).status == 201

    assert password == ["UpdateItem", "GetItem", "GetItem", "TransactWriteItems"]
    assert dynamodb.operations == ["UpdateItem", "GetItem", "UpdateItem", "TransactWriteItems"]


def test_the_pages_lead_through_without_scripts(anna: people.Owner, clock: Any) -> None:
    page = open_page(anna.visitor, "/forms/second-factor")
    secret = page.form("/second-factor").held["secret"]
    app = App(secret, clock)
    wrong = read(anna.visitor, page.send("/second-factor", password=people.PASSWORD, code=app.wrong()))
    kept = wrong.form("/second-factor").held["secret"]
    codes = wrong.send("/second-factor", password=people.PASSWORD, code=app.code())
    clock.set(clock.now + timedelta(seconds=60))

    assert "<svg" in page.text
    assert " ".join(secret[n : n + 4] for n in range(0, 32, 4)) in page.text
    assert (wrong.reply.status, kept) == (422, secret)
    assert codes.status == 201
    assert len(re.findall(r"\b[a-z2-9]{5}-[a-z2-9]{5}\b", codes.text)) == 10

    visitor = Visitor()
    asked = open_page(visitor, "/forms/login?next=/customers").send(
        "/sessions", email=anna.email, password=people.PASSWORD
    )
    place = asked.header("Location") or ""
    refused = read(visitor, open_page(visitor, place).send("/sessions/code", code=app.wrong()))
    came_in = refused.send("/sessions/code", code=app.code())

    assert (asked.status, place) == (303, "/forms/login-code?next=/customers")
    assert refused.reply.status == 401
    assert (came_in.status, came_in.header("Location")) == (303, "/customers")
    assert open_page(visitor, "/customers").reply.status == 200
    assert open_page(visitor, "/second-factor").reply.status == 200
