"""The whole app in this process, asked as API Gateway asks it."""

from typing import Any

import pytest

from chalicelib.plumbing import forms, words
from tests.worlds.visitor import Visitor


def test_health_names_the_region(table: Any) -> None:
    reply = Visitor().get("/health")

    assert reply.status == 200
    assert reply.json["region"] == "eu-central-2"


def test_nothing_is_debugged_where_visitors_are(table: Any) -> None:
    from app import app

    assert app.debug is False


def test_paths_that_lead_nowhere_and_methods_that_do_not_exist_are_problems(table: Any) -> None:
    nowhere = Visitor().get("/no/such/thing")
    wrong = Visitor().send("PUT", "/health", {})

    assert (nowhere.status, nowhere.json["code"]) == (404, "not_found")
    assert (wrong.status, wrong.json["code"]) == (405, "method_not_allowed")
    assert wrong.header("content-type") == "application/problem+json"


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/html", "text/html"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("application/json;q=0.1, text/html", "text/html"),
        ("TEXT/HTML", "text/html"),
        ("*/*", "application/json"),
        ("text/html;q=0.5, application/json", "application/json"),
        ("text/html;q=0", "application/json"),
        ("application/json, text/html", "application/json"),
    ],
)
def test_what_is_wished_for_more_is_what_comes(table: Any, accept: str, kind: str) -> None:
    assert str(Visitor().get("/limits", accept=accept).header("content-type")).startswith(kind)


@pytest.mark.parametrize(
    ("accepted", "detail"),
    [
        ("de;q=0.1, en;q=0.9", "There is no such thing"),
        ("en;q=0, fr-CH;q=0.2", "Cela n'existe pas"),
        ("rm, it;q=0.7, de;q=0.5", "Non esiste"),
        ("rm", "Das gibt es nicht"),
    ],
)
def test_the_language_that_is_wished_for_most_is_spoken(table: Any, accepted: str, detail: str) -> None:
    assert Visitor().get("/nowhere", accept_language=accepted).json["detail"].startswith(detail)


@pytest.mark.parametrize(("path", "allowed"), [("/partner", "GET, HEAD, PATCH"), ("/sessions/current", "DELETE")])
def test_a_post_where_only_pages_may_post_says_what_is_allowed(table: Any, path: str, allowed: str) -> None:
    reply = Visitor().send("POST", path, {})

    assert (reply.status, reply.header("allow")) == (405, allowed)


@pytest.mark.parametrize("cursor", ["abc", "%00", "eyJhIjoxfQ", "x" * 3000])
def test_a_cursor_that_we_did_not_make_is_malformed(table: Any, cursor: str) -> None:
    reply = Visitor().get(f"/limits?cursor={cursor}")

    assert (reply.status, reply.json["code"]) == (400, "cursor_invalid")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("de", "Erwartet wird: ja oder nein (true oder false)."),
        ("fr", "Attendu: oui ou non (true ou false)."),
        ("it", "Atteso: sì o no (true o false)."),
        ("en", "Expected: yes or no (true or false)."),
    ],
)
def test_what_was_expected_is_said_in_the_visitors_language(table: Any, language: str, said: str) -> None:
    visitor = Visitor()
    issued = visitor.issue("register")

    reply = visitor.send(
        "POST", issued["action"], {"newsletter": "yes"},
        {"x-form-token": issued["token"], "accept-language": language},
    )  # fmt: skip

    assert {one["field"]: one["message"] for one in reply.json["errors"]}["newsletter"] == said


@pytest.mark.parametrize("language", ["de", "fr", "it", "en"])
@pytest.mark.parametrize("kind", ["list", *forms.READERS])
def test_whatever_a_field_may_hold_has_a_name_in_every_language(language: str, kind: str) -> None:
    assert words.say("plumbing", f"kind.{kind}", language)


def test_a_body_that_is_too_large_says_how_much_may_come_as_people_count(table: Any) -> None:
    visitor = Visitor()
    issued = visitor.issue("login")

    reply = visitor.submit(issued, email="a@example.org", password="x" * 2_000_000)

    assert (reply.status, reply.json["detail"]) == (413, "Höchstens 64 KB sind erlaubt.")


def test_a_form_is_refused_at_an_address_that_was_given_more(table: Any) -> None:
    visitor = Visitor()
    issued = visitor.issue("forgot-password")

    def status(more: str) -> int:
        headers = {"x-form-token": issued["token"]}
        return visitor.send("POST", issued["action"] + more, {"email": "a@example.org"}, headers).status

    assert status("?debug=1") == 400
    assert status("?lang=fr&email=b@example.org") == 400
    assert status("?lang=fr") == 202
