"""A person with a browser and no script: pages are fetched, filled in and posted, whatever the method behind them."""

import re
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.worlds.partners import World, a_partner
from tests.worlds.visitor import Reply, Visitor

PAGE = {"accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}


@pytest.fixture
def world(table: Any, clock: Any) -> World:
    return a_partner(table, clock)


def opened(visitor: Visitor, path: str) -> tuple[str, dict[str, str]]:
    """The action of a page's form, and what its fields hold when nobody has touched them."""
    text = visitor.send("GET", path, headers=PAGE).text
    action = re.search(r'<form method="post" action="([^"]+)"', text)
    assert action, text
    held = {
        name: unescape(value) for name, value in re.findall(r'<input[^>]* name="([^"]+)"[^>]* value="([^"]*)"', text)
    }
    ticked = set(re.findall(r'<input type="checkbox"[^>]* name="([^"]+)"[^>]* checked', text))
    boxes = set(re.findall(r'<input type="checkbox"[^>]* name="([^"]+)"', text))
    held.update(dict.fromkeys(boxes & set(held) - ticked, "false"))
    return action[1], held


def posted(visitor: Visitor, action: str, fields: dict[str, str]) -> Reply:
    """The form as a browser sends it."""
    headers = {**PAGE, "content-type": "application/x-www-form-urlencoded"}
    return visitor.send("POST", action, urlencode(fields), headers)


def test_a_page_changes_what_a_patch_changes_and_keeps_the_rest(world: World) -> None:
    action, held = opened(world.owner, "/forms/profile")

    reply = posted(world.owner, action, {**held, "city": "Luzern"})

    assert held["_method"] == "PATCH"
    assert held["company"] == world.company
    assert (reply.status, reply.header("location")) == (303, "/done/profile")
    assert world.owner.get("/partner").json["city"] == "Luzern"
    assert world.owner.get("/partner").json["company"] == world.company


def test_a_page_logs_out(world: World) -> None:
    action, held = opened(world.owner, "/forms/logout")

    reply = posted(world.owner, action, held)

    assert reply.status == 303
    assert world.owner.get("/partner").status == 401


def test_a_page_may_not_claim_a_method_its_form_was_not_issued_for(world: World) -> None:
    customer = world.customer(email="a@example.ch")
    action, held = opened(world.owner, f"/forms/customer?id={customer}&method=PATCH")

    reply = posted(world.owner, action, {**held, "_method": "DELETE"})
    strange = posted(world.owner, action, {**held, "_method": "PURGE"})
    program = world.owner.send("POST", action, {"first_name": "A"})

    assert (reply.status, strange.status, program.status) == (400, 405, 405)
    assert world.owner.get(f"/customers/{customer}").status == 200


def test_a_key_made_on_a_page_is_shown_once(world: World) -> None:
    action, held = opened(world.owner, "/forms/api-key")

    reply = posted(world.owner, action, {**held, "name": "Website", "scopes": "read"})

    assert reply.status == 201
    assert f"zf_{world.id}_" in reply.text


def test_what_has_no_such_method_says_which_it_has_and_speaks_html_to_people() -> None:
    program = Visitor().send("PUT", "/health", {})
    person = Visitor().send("PUT", "/health", "", headers=PAGE)

    assert (program.status, program.header("allow")) == (405, "GET")
    assert person.status == 405
    assert "<h1>" in person.text


@pytest.mark.parametrize(
    "body",
    [
        '{"email":"\\ud800","password":"x"}',
        '{"\\ud800":1}',
        '{"email":{"a":["\\udfff"]}}',
        '{"email":NaN}',
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
