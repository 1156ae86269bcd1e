"""A person with a browser and no script: pages are fetched, filled in and posted, whatever the method behind them."""

import json
from typing import Any

import pytest

from tests.worlds import people
from tests.worlds.browser import PAGE, open_page, read
from tests.worlds.partners import World, a_partner
from tests.worlds.visitor import Visitor


@pytest.fixture
def world(table: Any, clock: Any) -> World:
    return a_partner(table, clock)


def test_a_page_changes_what_a_patch_changes_and_keeps_the_rest(world: World) -> None:
    page = open_page(world.owner, "/forms/profile")

    reply = page.send(city="Luzern")

    assert page.form().held["_method"] == "PATCH"
    assert page.form().held["company"] == world.company
    assert reply.status == 303
    assert world.owner.get("/partner").json["city"] == "Luzern"
    assert world.owner.get("/partner").json["company"] == world.company


def test_every_page_of_the_desk_has_the_way_out(world: World) -> None:
    page = open_page(world.owner, "/services")

    reply = page.send("/sessions/current")

    assert reply.status == 303
    assert world.owner.get("/partner").status == 401


def test_a_page_may_not_claim_a_method_its_form_was_not_issued_for(world: World) -> None:
    customer = world.customer(email="a@example.ch")
    page = open_page(world.owner, f"/forms/customer?id={customer}&method=PATCH")

    reply = page.send(_method="DELETE")
    strange = page.send(_method="PURGE")
    program = world.owner.send("POST", page.form().action, {"first_name": "A"})

    assert (reply.status, strange.status, program.status) == (400, 405, 405)
    assert world.owner.get(f"/customers/{customer}").status == 200


def test_a_key_made_on_a_page_is_shown_once(world: World) -> None:
    page = open_page(world.owner, "/forms/api-key")

    reply = page.send(name="Website", scopes="read")

    assert reply.status == 201
    assert f"zf_{world.id}_" in reply.text


def test_a_form_that_was_refused_comes_back_as_it_was_typed_with_the_problem_beside_its_field(world: World) -> None:
    page = open_page(world.owner, "/forms/employee")

    refused = page.send(first_name="Ada", last_name="", email="no address")
    again = read(world.owner, refused)
    sent = again.send(last_name="Meier", email="ada@example.ch")

    assert refused.status == 422
    assert again.form().held["first_name"] == "Ada"
    assert again.form().held["email"] == "no address"
    assert 'id="f-last_name-error"' in refused.text
    assert 'aria-invalid="true"' in refused.text
    assert sent.status == 303


def test_a_password_is_never_shown_again(table: Any) -> None:
    page = open_page(Visitor(), "/forms/login")

    refused = page.send(email="nobody@example.ch", password="a secret that nobody guesses")

    assert refused.status == 401
    assert "nobody@example.ch" in refused.text
    assert "a secret that nobody guesses" not in refused.text


def test_whoever_has_to_sign_in_first_sees_afterwards_what_they_asked_for(
    emulator: Any, table: Any, clock: Any
) -> None:
    people.owner(emulator.endpoint)
    stranger = Visitor()

    page = open_page(stranger, "/customers?limit=5")
    reply = page.send(email=people.ANNA["email"], password=people.PASSWORD)

    assert page.reply.status == 401
    assert (reply.status, reply.header("location")) == (303, "/customers?limit=5")
    assert stranger.get("/partner").status == 200


@pytest.mark.parametrize("place", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:x", "/a b"])
def test_after_signing_in_nobody_is_led_astray(world: World, place: str) -> None:
    stranger = Visitor()

    issued = stranger.issue("login", next=place)

    assert issued["locked"] == {}


def test_a_script_that_sends_the_form_of_a_page_learns_where_to_go_next(world: World) -> None:
    page = open_page(world.owner, "/forms/employee")
    one = page.form()
    body = one.body(first_name="Ada", last_name="Meier", email="ada@example.ch")

    reply = world.owner.send("POST", one.action, body, {"content-type": "application/x-www-form-urlencoded"})

    assert reply.status == 201
    assert json.loads(reply.text)["first_name"] == "Ada"
    assert str(reply.header("x-next")).startswith("/")


def test_the_language_somebody_chose_stays(table: Any) -> None:
    visitor = Visitor()

    open_page(visitor, "/forms/login?lang=fr")
    page = open_page(visitor, "/forms/login")

    assert "Se connecter" in page.text
    assert '<html lang="fr">' in page.text


def test_a_page_runs_no_script_and_wears_no_style_but_ours(world: World) -> None:
    page = open_page(world.owner, "/services").reply
    again = open_page(world.owner, "/services").reply

    policy = {one.split()[0]: one.split()[1:] for one in str(page.header("content-security-policy")).split("; ")}
    assert policy["default-src"] == ["'none'"]
    assert policy["script-src"] == ["'self'"]
    assert policy["style-src"][0] == "'self'"
    assert policy["frame-ancestors"] == ["'none'"]
    assert "unsafe-inline" not in str(policy)
    assert page.header("content-security-policy") != again.header("content-security-policy"), "a nonce is used once"
    assert page.header("cross-origin-opener-policy") == "same-origin"
    assert page.header("referrer-policy") == "no-referrer"


def test_inside_another_site_the_cookie_is_divided_by_that_site(world: World) -> None:
    inside = open_page(Visitor(), "/forms/register", **{"sec-fetch-dest": "iframe"}).reply
    outside = open_page(Visitor(), "/forms/register").reply

    assert "SameSite=None; Partitioned" in str(inside.header("set-cookie"))
    assert "SameSite=Lax" in str(outside.header("set-cookie"))


def test_a_form_that_another_site_sends_is_refused(world: World) -> None:
    page = open_page(world.owner, "/forms/profile")
    one = page.form()
    headers = {**PAGE, "content-type": "application/x-www-form-urlencoded"}

    foreign = world.owner.send("POST", one.action, one.body(city="Bern"), {**headers, "sec-fetch-site": "cross-site"})
    own = world.owner.send("POST", one.action, one.body(city="Bern"), {**headers, "sec-fetch-site": "same-origin"})

    assert (foreign.status, own.status) == (400, 303)


def test_a_head_says_what_a_get_would_say_and_nothing_more(table: Any) -> None:
    reply = Visitor().send("HEAD", "/health")

    assert (reply.status, reply.text) == (200, "")
    assert reply.header("content-type") == "application/json"


def test_what_has_no_such_method_says_which_it_has_and_speaks_html_to_people() -> None:
    program = Visitor().send("PUT", "/health", {})
    person = Visitor().send("PUT", "/health", "", headers=PAGE)

    assert (program.status, program.header("allow")) == (405, "GET, HEAD")
    assert person.status == 405
    assert "<h1>" in person.text


@pytest.mark.parametrize(
    "body",
    [
        '{"email":"\\ud800","password":"x"}',
        '{"\\ud800":1}',
        '{"email":{"a":["\\udfff"]}}',
        '{"email":NaN}',
        f'{{"email":{"9" * 19}}}',
        '{"a":1,"a":2}',
    ],
)
def test_what_is_no_text_is_not_read(table: Any, body: str) -> None:
    visitor = Visitor()
    issued = visitor.issue("login")

    reply = visitor.send("POST", "/sessions", body, {"x-form-token": issued["token"]})

    assert (reply.status, reply.json["code"]) == (400, "not_readable")


def test_a_broken_seal_has_one_code_and_its_reason(world: World) -> None:
    missing = world.owner.send("PATCH", "/partner", {"city": "Bern"})

    assert (missing.status, missing.json["code"], missing.json["reason"]) == (400, "form_token_invalid", "missing")


def test_a_read_does_not_mind_a_content_type(table: Any) -> None:
    assert Visitor().send("GET", "/health", headers={"content-type": "text/plain"}).status == 200
