"""What every door does against those who try something: written down, kept out of caches, one meaning for each name that is sent."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.worlds import people
from tests.worlds.browser import PAGE
from tests.worlds.visitor import Visitor


@pytest.fixture
def anna(table: Any, emulator: Any, clock: Any) -> people.Owner:
    """A signed-in owner."""
    return people.owner(emulator.endpoint, ip="198.51.100.1")


def _denied(emulator: Any) -> list[tuple[str, str]]:
    noted = people.facts(emulator.endpoint, "access.denied")
    return [(one["pk"], json.loads(one["detail"])["code"]) for one in noted]


def test_whoever_is_turned_away_stands_in_the_log_with_the_reason(anna: people.Owner, emulator: Any) -> None:
    _, beat = people.colleague(anna.visitor, role="employee", ip="198.51.100.5", email="beat@muster.example")
    issued = anna.visitor.issue("profile")

    refused = [
        beat.get("/api-keys"),
        anna.visitor.get("/customers/01arz3ndektsv4rrffq69g5fav"),
        anna.visitor.submit({**issued, "token": issued["token"][:-2] + "xx"}, company="Anders"),
        Visitor(key="zf_made_up_key").get("/partner"),
        Visitor(cookies={"__Host-session": f"{anna.employee_id}.made-up"}).get("/partner"),
        *[people.log_in(Visitor(ip="203.0.113.7"), email="a@b.example") for _ in range(4)][3:],
    ]

    assert [one.status for one in refused] == [403, 404, 400, 401, 401, 429]
    assert sorted(_denied(emulator)) == [
        ("-", "api_key_invalid"),
        ("-", "limit_reached"),
        ("-", "session_over"),
        (anna.partner_id, "form_token_invalid"),
        (anna.partner_id, "not_found"),
        (anna.partner_id, "role_too_low"),
    ]


def test_no_browser_and_nothing_on_the_way_keeps_what_only_the_team_may_see(anna: people.Owner) -> None:
    from chalicelib.entrance import board, routes

    doors = [*board.declared(), *routes.door.declared]
    paths = sorted({one.path for one in doors if one.method == "GET" and one.who and "{" not in one.path})
    answers = [anna.visitor.send("GET", path, headers=how) for path in paths for how in ({}, PAGE)]

    assert len(paths) > 20
    assert len([one for one in answers if one.status == 200]) > 40
    assert {one.status for one in answers} == {200, 422}  # one wants a day
    assert {one.header("cache-control") for one in answers} == {"no-store"}


@pytest.mark.parametrize("form", ["register", "login", "change-password", "close-account"])
def test_a_password_is_typed_hidden_and_may_be_pasted_and_filled_in_by_a_manager(anna: people.Owner, form: str) -> None:
    page = anna.visitor.send("GET", f"/forms/{form}", headers=PAGE).text
    fields = re.findall(r"<input[^>]*name=\"(?:present_)?password\"[^>]*>", page)

    assert fields
    for one in fields:
        assert 'type="password"' in one
        assert re.search(r'autocomplete="(new|current)-password"', one)
        assert "value=" not in one
    assert not re.search(r"onpaste|readonly", page)


def test_every_secret_that_is_given_out_is_long_and_another_each_time(anna: people.Owner) -> None:
    other = Visitor(ip="198.51.100.2")
    people.log_in(other, email=anna.email)
    keys = [anna.visitor.form("api-key", name="Kasse", scopes=["read"]).json["key"] for _ in range(2)]
    secrets = [
        *(one.cookies["__Host-session"].partition(".")[2] for one in (anna.visitor, other)),
        *(one.cookies["__Host-anon"] for one in (anna.visitor, other)),
        *(one.split("_", 3)[3] for one in keys),
    ]

    assert len(set(secrets)) == 6
    assert {len(one) for one in secrets} == {43}  # 256 bits in base64


def test_lines_of_the_log_are_in_utc(anna: people.Owner, capsys: Any) -> None:
    anna.visitor.get("/partner")

    lines = [json.loads(one) for one in capsys.readouterr().out.splitlines() if one.startswith("{")]
    stamps = [datetime.fromisoformat(one["timestamp"]) for one in lines]
    assert stamps
    assert {one.utcoffset() for one in stamps} == {timedelta(0)}
    assert abs(datetime.now(UTC) - stamps[-1]) < timedelta(minutes=5)


def test_signing_out_lets_the_browser_forget_all_it_kept(anna: people.Owner) -> None:
    out = anna.visitor.form("logout")

    assert out.status == 204
    assert out.header("clear-site-data") == '"cache", "cookies", "storage"'


def test_a_name_that_is_sent_twice_has_one_meaning_or_none(anna: people.Owner) -> None:
    issued = anna.visitor.issue("profile")
    token = {"x-form-token": issued["token"]}
    as_form = {**token, "content-type": "application/x-www-form-urlencoded"}

    in_json = anna.visitor.send("PATCH", "/partner", '{"city": "Bern", "city": "Basel"}', token)
    in_a_form = anna.visitor.send("PATCH", "/partner", "city=Bern&city=Basel", as_form)
    in_the_query = anna.visitor.send("PATCH", "/partner?city=Basel", {"street": "Seeweg 2"}, token)

    assert (in_json.status, in_json.json["code"]) == (400, "not_readable")
    assert (in_a_form.status, in_a_form.json["code"]) == (400, "form_token_invalid")
    assert (in_the_query.status, in_the_query.json["code"]) == (400, "form_token_invalid")
    assert [len(anna.visitor.get(path).json["items"]) for path in ("/employees?limit=0&limit=1", "/employees")] == [
        1,
        1,
    ]
    assert anna.visitor.get("/employees?limit=1&limit=0").status == 422
