"""The texts that people agree to, and the proof that they did."""

import hashlib
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from chalicelib.consent import find
from chalicelib.plumbing.refusals import Missing
from tests.worlds import people, tables, texts
from tests.worlds.visitor import Visitor

LANGUAGES = ("de", "fr", "it", "en")


@pytest.fixture
def anna(table: Any, emulator: Any) -> people.Owner:
    """A signed-in owner."""
    return people.owner(emulator.endpoint, ip="198.51.100.1")


def test_everybody_may_read_what_is_in_force(table: Any) -> None:
    items = Visitor().get("/policies").json["items"]

    assert [one["name"] for one in items] == ["dpa", "privacy", "terms"]
    for one in items:
        assert (one["version"], one["in_force_since"], one["languages"]) == (
            people.VERSION, "2026-11-01", list(LANGUAGES),
        )  # fmt: skip
        assert re.fullmatch(r"[0-9a-f]{64}", one["hash"])


def test_the_hash_is_that_of_the_text(table: Any) -> None:
    for name in find.NAMES:
        german = Visitor().get(f"/policies/{name}?language=de").json
        for language in LANGUAGES:
            one = Visitor().get(f"/policies/{name}?version={people.VERSION}&language={language}").json

            assert one["text_hash"] == hashlib.sha256(one["text"].encode()).hexdigest() == one["hashes"][language]
            assert one["hash"] == hashlib.sha256(german["text"].encode()).hexdigest()
            assert people.VERSION in one["text"]


def test_the_privacy_policy_names_who_gets_data_and_what_we_promise(table: Any) -> None:
    for language in LANGUAGES:
        text = Visitor().get(f"/policies/privacy?language={language}").json["text"]

        for promised in ("Amazon Web Services", "SMSAPI", "24", "13", "35", "HTTPS", "Argon2id", "958f"):
            assert promised in text
        assert re.search(r"\b3\b.*\b5\b", text)


def test_a_text_comes_in_the_language_of_the_visitor(table: Any) -> None:
    assert Visitor().get("/policies/terms", accept_language="fr-CH").json["language"] == "fr"


def test_what_never_was_is_not_there(table: Any) -> None:
    paths = ("/policies/imprint", "/policies/terms?version=2018-05-18", "/policies/terms?version=..%2F..%2Fx")

    assert [Visitor().get(path).status for path in paths] == [404, 404, 404]
    assert Visitor().get(f"/policies/terms?version={people.VERSION}").status == 200


def test_a_language_nobody_wrote_is_said(table: Any) -> None:
    assert Visitor().get("/policies/terms?language=rm").status == 422


def test_the_version_in_force_is_the_last_that_began(tmp_path: Path) -> None:
    days = (date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 1), date(2027, 2, 28), date(2030, 1, 1))

    with texts.elsewhere(tmp_path) as root:
        for version in ("2027-01-01", "2027-03-01"):
            texts.publish(root, "terms", version, important=False, on=date(2026, 11, 23))
        in_force = [find.version_in_force("terms", day) for day in days]

    assert in_force == ["2026-11-01", "2026-11-01", "2027-01-01", "2027-01-01", "2027-03-01"]
    with pytest.raises(Missing):
        find.version_in_force("imprint", days[0])


def test_accepting_is_proven_with_version_hash_language_channel_and_time(anna: people.Owner, emulator: Any) -> None:
    reply = anna.visitor.form("accept-policy", {"name": "dpa"}, version=people.VERSION)

    shown = Visitor().get("/policies/dpa?language=de").json
    assert reply.status == 201
    assert reply.json == {
        "id": f"dpa.{people.VERSION}",
        "purpose": "dpa",
        "state": "accepted",
        "text_version": people.VERSION,
        "text_hash": shown["text_hash"],
        "language": "de",
        "channel": "web",
        "at": "2026-11-23T08:00:00Z",
    }
    assert reply.json in anna.visitor.get("/consents").json["items"]
    (row,) = [one for one in tables.rows(emulator.endpoint, "ledger") if one["policy"]["S"] == "dpa"]
    assert (row["pk"]["S"], row["employee_id"]["S"]) == (anna.partner_id, anna.employee_id)


def test_accepting_twice_is_one_proof_with_the_time_of_the_first(anna: people.Owner, emulator: Any, clock: Any) -> None:
    first = anna.visitor.form("accept-policy", {"name": "dpa"}, version=people.VERSION)
    clock.set(clock.now.replace(hour=9))

    second = anna.visitor.form("accept-policy", {"name": "dpa"}, version=people.VERSION)

    assert (second.status, second.json) == (201, first.json)
    assert len([one for one in tables.rows(emulator.endpoint, "ledger") if one["policy"]["S"] == "dpa"]) == 1


def test_only_the_version_in_force_can_be_accepted(anna: people.Owner) -> None:
    reply = anna.visitor.form("accept-policy", {"name": "dpa"}, version="2018-05-18")

    assert reply.status == 422
    assert [(one["field"], one["code"]) for one in reply.json["errors"]] == [("version", "version_not_in_force")]
    assert people.VERSION in reply.json["errors"][0]["message"]


def test_nothing_is_proven_before_the_address_is_confirmed(table: Any, emulator: Any) -> None:
    people.register()
    waiting = tables.rows(emulator.endpoint, "ledger")
    Visitor().form("confirm-email", token=people.confirmation_token(emulator.endpoint, people.ANNA["email"]))

    assert waiting == []
    assert len(tables.rows(emulator.endpoint, "ledger")) == 2


def test_a_text_that_does_not_exist_cannot_be_accepted(anna: people.Owner) -> None:
    assert anna.visitor.get("/forms/accept-policy?name=imprint").status == 404


def test_consents_are_those_of_the_own_house_and_accepted_by_its_heads(anna: people.Owner, emulator: Any) -> None:
    other = people.owner(emulator.endpoint, ip="198.51.100.9", email="nora@neu.example")
    other.visitor.form("accept-policy", {"name": "dpa"}, version=people.VERSION)
    _, employee = people.colleague(anna.visitor, role="employee", ip="198.51.100.5", email="e@muster.example")

    assert [one["purpose"] for one in other.visitor.get("/consents").json["items"]] == ["dpa", "privacy", "terms"]
    assert [one["purpose"] for one in anna.visitor.get("/consents").json["items"]] == ["privacy", "terms"]
    assert employee.get("/forms/accept-policy?name=dpa").status == 403
    assert Visitor().get("/consents").status == 401
