"""API keys: who makes them, what they open, and how they end."""

from typing import Any

import pytest

from tests.worlds import people, tables
from tests.worlds.visitor import Visitor


@pytest.fixture
def anna(table: Any, emulator: Any) -> people.Owner:
    """A signed-in owner."""
    return people.owner(emulator.endpoint, ip="198.51.100.1")


def test_a_key_is_shown_once_and_stored_as_a_hash(anna: people.Owner, emulator: Any) -> None:
    made = anna.visitor.form("api-key", name="Kasse", scopes=["read"])

    listed = anna.visitor.get("/api-keys").json["items"]
    assert made.status == 201
    assert set(made.json) == {"id", "key"}
    assert [(one["id"], one["name"], one["scopes"]) for one in listed] == [(made.json["id"], "Kasse", ["read"])]
    secret = made.json["key"].split("_", 3)[3]
    everything = str([tables.rows(emulator.endpoint, name) for name in ("records", "guard", "activity", "ledger")])
    assert made.json["id"] in everything
    assert secret not in everything
    assert len(people.facts(emulator.endpoint, "api_key.made")) == 1


def test_a_key_made_twice_by_one_form_is_one_key(anna: people.Owner) -> None:
    issued = anna.visitor.issue("api-key")

    first = anna.visitor.submit(issued, name="Kasse", scopes=["read"])
    again = anna.visitor.submit(issued, name="Kasse", scopes=["read"])

    assert first.text == again.text
    assert len(anna.visitor.get("/api-keys").json["items"]) == 1


def test_a_key_opens_what_its_scopes_say(anna: people.Owner) -> None:
    def with_scopes(*scopes: str) -> Visitor:
        return Visitor(key=anna.visitor.form("api-key", name="x", scopes=list(scopes)).json["key"])

    reader, own, other = with_scopes("read"), with_scopes("partner:write", "partner:read"), with_scopes("services:read")

    assert reader.get("/partner").status == 200
    assert (reader.send("PATCH", "/partner", {"city": "Sursee"}).status, reader.get("/partner").json["city"]) == (
        403, "Sempach",
    )  # fmt: skip
    assert own.send("PATCH", "/partner", {"city": "Sursee"}).json["city"] == "Sursee"
    refused = other.get("/partner")
    assert (refused.status, refused.json["code"]) == (403, "scope_missing")


def test_keys_do_not_make_show_or_revoke_keys(anna: people.Owner) -> None:
    made = anna.visitor.form("api-key", name="Kasse", scopes=["read", "write"]).json
    program = Visitor(key=made["key"])

    replies = [
        program.send("POST", "/api-keys", {"name": "noch einer", "scopes": ["write"]}),
        program.get("/api-keys"),
        program.send("DELETE", f"/api-keys/{made['id']}"),
    ]

    assert [(reply.status, reply.json["code"]) for reply in replies] == [(403, "sign_in_only")] * 3
    assert len(anna.visitor.get("/api-keys").json["items"]) == 1


def test_a_revoked_key_opens_nothing(anna: people.Owner, emulator: Any) -> None:
    made = anna.visitor.form("api-key", name="Kasse", scopes=["read"]).json
    program = Visitor(key=made["key"])
    assert program.get("/partner").status == 200

    gone = anna.visitor.form("api-key-revoke", {"id": made["id"]})

    assert gone.status == 204
    assert program.get("/partner").status == 401
    assert len(people.facts(emulator.endpoint, "api_key.revoked")) == 1


def test_a_scope_that_was_never_offered_is_refused(anna: people.Owner) -> None:
    reply = anna.visitor.form("api-key", name="Kasse", scopes=["everything"])

    assert reply.status == 400


def test_only_owners_and_admins_have_keys(anna: people.Owner) -> None:
    _, employee = people.colleague(anna.visitor, role="employee", ip="198.51.100.3", email="e@muster.example")
    _, admin = people.colleague(anna.visitor, role="admin", ip="198.51.100.4", email="a@muster.example")

    assert employee.get("/api-keys").status == 403
    assert employee.get("/forms/api-key").status == 403
    assert admin.form("api-key", name="Kasse", scopes=["read"]).status == 201


def test_another_partners_key_is_not_there(anna: people.Owner, emulator: Any) -> None:
    made = anna.visitor.form("api-key", name="Kasse", scopes=["read"]).json
    beat = people.owner(emulator.endpoint, ip="198.51.100.9", email="beat@kern.example")
    own = beat.visitor.form("api-key", name="Kasse", scopes=["read"]).json
    issued = beat.visitor.issue("api-key-revoke", id=own["id"])

    assert beat.visitor.get(f"/forms/api-key-revoke?id={made['id']}").status == 404
    assert beat.visitor.get(f"/api-keys/{made['id']}").status == 404
    bent = beat.visitor.submit({**issued, "action": f"/api-keys/{made['id']}"})
    assert (bent.status, bent.json["code"]) == (400, "form_token_invalid")
    assert Visitor(key=made["key"]).get("/partner").status == 200


def test_a_key_that_an_owner_made_opens_an_owners_doors_while_she_is_one(anna: people.Owner) -> None:
    admin_id, admin = people.colleague(anna.visitor, role="owner", ip="198.51.100.3", email="b@muster.example")
    of_owner = Visitor(key=admin.form("api-key", name="x", scopes=["orders:read"]).json["key"])
    assert (of_owner.get("/orders").status, of_owner.get("/invoices").status) == (200, 200)
    assert of_owner.get("/holds").json["code"] == "scope_missing"

    assert anna.visitor.form("employee", {"id": admin_id}, role="admin").status == 200

    refused = of_owner.get("/orders")
    assert (refused.status, refused.json["code"]) == (403, "role_too_low")


def test_a_key_that_an_admin_made_opens_no_owners_door(anna: people.Owner) -> None:
    _, admin = people.colleague(anna.visitor, role="admin", ip="198.51.100.3", email="b@muster.example")
    program = Visitor(key=admin.form("api-key", name="x", scopes=["read", "write"]).json["key"])

    assert program.get("/services").status == 200
    assert program.get("/orders").json["code"] == "role_too_low"


def test_a_key_has_no_rights_over_owners(anna: people.Owner) -> None:
    program = Visitor(key=anna.visitor.form("api-key", name="x", scopes=["read", "write"]).json["key"])

    reply = program.send("PATCH", f"/employees/{anna.employee_id}", {"role": "employee"})

    assert (reply.status, reply.json["code"]) == (403, "role_too_low")
