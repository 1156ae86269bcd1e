"""The hall: what everybody can read without signing in."""

import json
import re
from typing import Any

import pytest

from chalicelib.plumbing import assets
from tests.worlds.visitor import Visitor

LANGUAGES = ("de", "fr", "it", "en")


def test_the_start_page_is_for_people_and_for_programs(table: Any) -> None:
    visitor = Visitor()

    page = visitor.get("/", accept="text/html")
    plain = visitor.get("/")

    assert page.header("content-type") == "text/html; charset=utf-8"
    for link in plain.json["links"]:
        assert f'href="{link["href"]}"' in page.text
    assert {link["href"] for link in plain.json["links"]} >= {"/forms/register", "/forms/login", "/limits", "/policies"}


def test_every_link_of_the_start_page_leads_somewhere(table: Any) -> None:
    visitor = Visitor()

    for link in visitor.get("/").json["links"]:
        assert visitor.get(link["href"]).status == 200, link


def test_the_style_sheet_is_public_and_knows_the_dark(table: Any) -> None:
    reply = Visitor().get("/assets/plumbing-style.css")

    assert reply.header("content-type") == "text/css; charset=utf-8"
    assert "public" in str(reply.header("cache-control"))
    assert "color-scheme: light dark" in reply.text
    assert "http" not in reply.text


def test_an_asset_is_kept_for_good_under_the_address_that_pages_name(table: Any) -> None:
    address = assets.url("plumbing-style.css")

    reply = Visitor().get(address)

    assert "immutable" in str(reply.header("cache-control"))
    assert Visitor().get("/assets/plumbing-words.py").status == 404
    assert Visitor().get("/assets/nothing-there.css").status == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_form_that_arrived_is_confirmed_in_four_languages(table: Any, language: str) -> None:
    visitor = Visitor()

    special = visitor.get(f"/done/register?lang={language}", accept="text/html")
    usual = visitor.get(f"/done/login?lang={language}")

    assert special.status == 200
    assert f'<html lang="{language}">' in special.text
    assert usual.json["message"] not in special.text


def test_the_four_languages_say_it_differently(table: Any) -> None:
    visitor = Visitor()

    messages = {visitor.get(f"/done/login?lang={language}").json["message"] for language in LANGUAGES}

    assert len(messages) == 4


def test_a_form_that_does_not_exist_is_never_done(table: Any) -> None:
    assert Visitor().get("/done/register").status == 200
    assert Visitor().get("/done/no-such-form").status == 404


def test_the_limits_are_those_that_are_counted(table: Any) -> None:
    from chalicelib.accounts import log_in

    reply = Visitor().get("/limits")

    named = {one["name"]: one for one in reply.json["items"]}
    assert named["login"] == {"name": "login", "attempts": 3, "window_seconds": 300, "per": "ip_address"}
    assert named["login"]["attempts"] == log_in.LIMIT.attempts
    assert reply.json["next"] is None


def _description() -> dict[str, Any]:
    made: dict[str, Any] = Visitor().get("/openapi.json").json
    return made


def test_every_route_is_described_with_its_protection(table: Any) -> None:
    from app import app
    from chalicelib.entrance import board

    paths = _description()["paths"]
    by_pages = {door.path for door in board.declared() if door.for_browsers}

    assert by_pages
    for path, methods in app.routes.items():
        if path != "/{proxy+}":
            described = {method.lower() for method in methods} - {"head"} - ({"post"} if path in by_pages else set())
            assert set(paths[path]) == described, path
    for path, operations in paths.items():
        for method, operation in operations.items():
            assert operation["x-protection"] in ("none", "session", "form", "webhook")
            if method != "get":
                assert operation["x-protection"] in ("form", "webhook"), path


def test_the_description_is_sound(table: Any) -> None:
    described = _description()

    assert described["openapi"].startswith("3.1")
    for reference in re.findall(r'"\$ref":\s*"([^"]+)"', json.dumps(described)):
        here: Any = described
        for part in reference.removeprefix("#/").split("/"):
            here = here[part]
    seen: set[str] = set()
    for path, operations in described["paths"].items():
        for operation in operations.values():
            assert operation["operationId"] not in seen
            seen.add(operation["operationId"])
            assert operation["responses"]
            given = [(one["name"], one["in"]) for one in operation.get("parameters", [])]
            assert len(given) == len(set(given))
            in_path = {name for name, place in given if place == "path"}
            assert in_path == set(re.findall(r"\{(\w+)\}", path))
            for scheme in operation["security"]:
                assert set(scheme) <= set(described["components"]["securitySchemes"])


def test_a_form_is_described_with_its_fields_its_token_and_its_refusals(table: Any) -> None:
    described = _description()

    operation = described["paths"]["/partners"]["post"]
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    token = next(one for one in operation["parameters"] if one["name"] == "X-Form-Token")
    assert {"first_name", "email", "password", "accept_terms"} <= set(schema["required"])
    assert schema["additionalProperties"] is False
    assert token["required"] is True
    assert {"202", "400", "409", "413", "415", "422", "429", "503"} <= set(operation["responses"])
    assert "401" not in operation["responses"]


def test_what_is_required_is_described_as_not_empty(table: Any) -> None:
    paths = _description()["paths"]

    def properties(path: str) -> dict[str, Any]:
        return dict(paths[path]["post"]["requestBody"]["content"]["application/json"]["schema"]["properties"])

    assert properties("/customers")["first_name"]["minLength"] == 1
    assert "minLength" not in properties("/customers")["note"]["anyOf"][0]
    assert properties("/api-keys")["scopes"]["minItems"] == 1
    assert properties("/partners")["password"]["minLength"] == 8


def test_a_file_is_described_as_what_it_is_and_a_signed_webhook_with_its_refusal(table: Any) -> None:
    paths = _description()["paths"]

    assert set(paths["/partner/processing-agreement"]["get"]["responses"]["200"]["content"]) == {"application/pdf"}
    assert set(paths["/my/{token}/calendar.ics"]["get"]["responses"]["200"]["content"]) == {"text/calendar"}
    assert "401" in paths["/hooks/zendesk"]["post"]["responses"]


def test_a_door_for_some_roles_says_who_and_how(table: Any) -> None:
    operation = _description()["paths"]["/activity"]["get"]

    assert operation["security"] == [{"session": []}, {"bearer": []}]
    assert operation["x-roles"] == ["owner", "admin"]
    assert {one["name"] for one in operation["parameters"]} == {"from", "to", "limit", "cursor"}
    assert {"401", "403"} <= set(operation["responses"])


@pytest.mark.parametrize("path", ["/policies", "/limits"])
def test_a_short_list_is_read_in_pages_too(table: Any, path: str) -> None:
    visitor = Visitor()
    whole = visitor.get(path).json

    seen, cursor = [], ""
    while cursor is not None:
        part = visitor.get(f"{path}?limit=1&cursor={cursor}").json
        seen += part["items"]
        cursor = part["next"]

    assert len(whole["items"]) > 1
    assert whole["next"] is None
    assert seen == whole["items"]
