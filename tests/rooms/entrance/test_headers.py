"""What browsers are told with every answer, and what they are given to keep: nothing is guessed, framed, leaked or shared."""

import re
from typing import Any

import pytest

from chalicelib.plumbing import sessions
from infra import map as house_map
from tests.worlds import people
from tests.worlds.browser import PAGE, open_page
from tests.worlds.visitor import Reply, Visitor


@pytest.fixture
def anna(table: Any, emulator: Any) -> people.Owner:
    """A signed-in owner."""
    return people.owner(emulator.endpoint, ip="198.51.100.1")


TEXT = re.compile(r"text/[a-z]+|[a-z]+/[a-z.]+\+xml")
KINDS: list[tuple[str, str, dict[str, str], int]] = [
    ("GET", "/", PAGE, 200),
    ("GET", "/limits", {}, 200),
    ("HEAD", "/health", {}, 200),
    ("GET", "/openapi.json", {}, 200),
    ("GET", "/embed.js", {}, 200),
    ("GET", "/assets/plumbing-style.css", {}, 200),
    ("GET", "/assets/plumbing-forms.js", {}, 200),
    ("GET", "/assets/plumbing-mark.svg", {}, 200),
    ("GET", "/policies/dpa?format=pdf", {}, 200),
    ("GET", "/forms/login", PAGE, 200),
    ("GET", "/partner", PAGE, 401),
    ("GET", "/nowhere", PAGE, 404),
    ("POST", "/sessions", {}, 400),
    ("POST", "/sessions", {"content-type": "application/xml"}, 415),
    ("DELETE", "/partner", {}, 405),
    ("GET", "/limits?limit=0", {}, 422),
]


def guarded(reply: Reply) -> None:
    """Hold what every answer has to carry, whatever it is."""
    policy = {one.split()[0]: one.split()[1:] for one in str(reply.header("content-security-policy")).split("; ")}
    assert policy["default-src"] == policy["object-src"] == policy["base-uri"] == ["'none'"]
    assert policy["frame-ancestors"] == ["'none'"]
    assert "'unsafe-inline'" not in str(policy)
    assert "'unsafe-eval'" not in str(policy)
    assert reply.header("x-content-type-options") == "nosniff"
    assert reply.header("referrer-policy") == "no-referrer"
    assert str(reply.header("strict-transport-security")).endswith("includeSubDomains")
    assert not [name for name in reply.headers if name.lower().startswith("access-control-")]
    kind, _, charset = str(reply.header("content-type")).partition("; ")
    if reply.text:
        assert kind
        assert not TEXT.fullmatch(kind) or charset == "charset=utf-8"


@pytest.mark.parametrize(("method", "path", "headers", "status"), KINDS)
def test_every_kind_of_answer_says_what_it_is_and_may_not_be_framed_guessed_or_read_from_elsewhere(
    table: Any, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    reply = Visitor().send(
        method, path, {} if method == "POST" else None, headers={"origin": "https://evil.example", **headers}
    )

    assert reply.status == status
    guarded(reply)


def test_every_door_says_so_to_strangers_too(table: Any) -> None:
    from chalicelib.entrance import board, routes

    doors = {(door.method, re.sub(r"\{\w+\}", "x", door.path)) for door in (*board.declared(), *routes.door.declared)}

    assert len(doors) > 150
    for method, path in sorted(doors):
        for kind in ({}, PAGE):
            reply = Visitor().send(method, path, None if method == "GET" else {}, headers=kind)
            assert reply.status < 500, path
            guarded(reply)


def test_an_answer_without_words_and_one_that_leads_on_carry_them_too(anna: people.Owner) -> None:
    led = open_page(anna.visitor, "/forms/profile").send(city="Bern")
    out = anna.visitor.form("logout")

    assert (led.status, out.status) == (303, 204)
    guarded(led)
    guarded(out)


def test_cookies_are_of_this_host_alone_and_out_of_the_reach_of_scripts(desk: Any, anna: people.Owner) -> None:
    stranger = Visitor()
    given: list[str] = []
    for reply in (
        open_page(stranger, "/forms/login?lang=fr").reply,
        people.log_in(Visitor(ip="192.0.2.77")),
        stranger.form("chat"),
        stranger.form("chat-end"),
        stranger.form("counting"),
        stranger.form("counting-end"),
        anna.visitor.form("logout"),
    ):
        given += reply.headers.get("Set-Cookie", [])

    named = {name for file in house_map.HOUSE.rglob("*.py") for name in re.findall(r'"(__Host-\w+)"', file.read_text())}
    assert {one.partition("=")[0] for one in given} == named
    assert sessions.COOKIE in named
    for one in given:
        attributes = set(one.split("; ")[1:])
        assert {"Path=/", "Secure", "HttpOnly", "SameSite=Lax"} <= attributes, one
        assert not [each for each in attributes if each.startswith("Domain")]


@pytest.mark.parametrize(
    "path",
    [
        "/assets",
        "/assets/",
        "/assets/plumbing-",
        "/assets/..%2fapp.py",
        "/chalicelib/",
        "/.git/config",
        "/.env",
        "/app.py",
    ],
)
def test_folders_and_sources_are_not_there(table: Any, path: str) -> None:
    assert Visitor().get("/assets/plumbing-style.css").status == 200
    assert Visitor().get(path).status == 404
