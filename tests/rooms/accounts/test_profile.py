"""The profile of a business."""

from typing import Any

import pytest

from chalicelib.accounts import find, version
from tests.worlds import people
from tests.worlds.visitor import Visitor


@pytest.fixture
def anna(table: Any, emulator: Any) -> people.Owner:
    """A signed-in owner."""
    return people.owner(emulator.endpoint, ip="198.51.100.1")


def test_what_is_named_changes_and_the_rest_stays(anna: people.Owner, emulator: Any) -> None:
    before, number = anna.visitor.get("/partner").json, version.current(anna.partner_id)
    changes = {
        "company": "Coiffeur am See",
        "canton": "LU",
        "timezone": "Europe/Paris",
        "language": "it",
        "retention_months": 12,
        "sms_enabled": False,
        "phone": "+41 79 765 43 21",
    }

    reply = anna.visitor.form("profile", **changes)

    after = {**before, **changes, "phone": "+41797654321"}
    assert (reply.status, reply.json) == (200, after)
    assert anna.visitor.get("/partner").json == after
    assert version.current(anna.partner_id) == number + 1
    assert len(people.facts(emulator.endpoint, "partner.changed")) == 1


def test_a_change_that_changes_nothing_leaves_no_trace(anna: people.Owner, emulator: Any) -> None:
    number = version.current(anna.partner_id)

    reply = anna.visitor.form("profile", company="Coiffeur Muster", embed_origins=[])

    assert reply.status == 200
    assert version.current(anna.partner_id) == number
    assert people.facts(emulator.endpoint, "partner.changed") == []


def test_postcode_and_country_fit_together_whichever_of_them_changes(anna: people.Owner) -> None:
    def told(**values: Any) -> Any:
        reply = anna.visitor.form("profile", **values)
        return [(one["field"], one["code"]) for one in reply.json["errors"]] if reply.status == 422 else reply.status

    assert told(country="DE") == told(postcode="10115") == [("postcode", "not_a_postcode")]
    assert told(country="DE", postcode="D-10115") == 200
    assert told(postcode="6203") == [("postcode", "not_a_postcode")]
    assert told(country="GB", postcode="SW1A 1AA") == 200
    after = anna.visitor.get("/partner").json
    assert (after["country"], after["postcode"]) == ("GB", "SW1A 1AA")


def test_a_wrong_postcode_is_told_with_one_of_its_country(anna: people.Owner) -> None:
    reply = anna.visitor.form("profile", country="AT", postcode="101")

    assert [one["message"] for one in reply.json["errors"]] == [
        "Für das Land AT wird eine Postleitzahl wie 1010 erwartet."
    ]


def test_the_canton_can_be_taken_back(anna: people.Owner) -> None:
    assert anna.visitor.form("profile", canton="ZH").json["canton"] == "ZH"

    assert anna.visitor.form("profile", canton=None).json["canton"] is None
    assert anna.visitor.get("/partner").json["canton"] is None


def test_a_new_booking_name_frees_the_old_one(anna: people.Owner, emulator: Any) -> None:
    reply = anna.visitor.form("profile", booking_name="am-see")

    assert reply.json["booking_name"] == "am-see"
    assert find.partner_id_of("am-see") == anna.partner_id
    assert find.partner_id_of("coiffeur-muster") is None
    beat = people.owner(emulator.endpoint, ip="198.51.100.9", email="beat@kern.example")
    assert beat.booking_name == "coiffeur-muster"


def test_a_booking_name_belongs_to_one_partner(anna: people.Owner, emulator: Any) -> None:
    beat = people.owner(emulator.endpoint, ip="198.51.100.9", email="beat@kern.example", company="Kern")

    refused = beat.visitor.form("profile", booking_name="coiffeur-muster", city="Sursee")

    assert refused.status == 422
    assert [(one["field"], one["code"]) for one in refused.json["errors"]] == [("booking_name", "booking_name_taken")]
    assert beat.visitor.get("/partner").json["city"] == "Sempach"
    assert find.partner_id_of("coiffeur-muster") == anna.partner_id
    assert find.partner_id_of("kern") == beat.partner_id


WRONG: tuple[tuple[str, Any, str], ...] = (
    ("booking_name", "ab", "not_a_booking_name"),
    ("booking_name", "-am-see", "not_a_booking_name"),
    ("booking_name", "Am See", "not_a_booking_name"),
    ("booking_name", "zürich", "not_a_booking_name"),
    ("booking_name", "a" * 61, "too_long"),
    ("timezone", "Europe/Sempach", "not_a_timezone"),
    ("timezone", "../../etc/passwd", "not_a_timezone"),
    ("retention_months", 0, "too_small"),
    ("retention_months", 121, "too_large"),
    ("retention_months", "12", "wrong_type"),
    ("company", "", "missing"),
    ("company", None, "wrong_type"),
    ("phone", "", "missing"),
    ("country", "XX", "not_a_country"),
    ("postcode", "620", "not_a_postcode"),
    ("embed_origins", ["http://www.muster.example"], "not_an_origin"),
    ("embed_origins", ["https://*.muster.example"], "not_an_origin"),
    ("embed_origins", ["https://muster.example/pfad"], "not_an_origin"),
    ("embed_origins", ["https://muster.example; script-src *"], "not_an_origin"),
    ("embed_origins", ["https://anna@muster.example"], "not_an_origin"),
    ("embed_origins", ["https://muster.example:99999"], "not_an_origin"),
)


def test_what_is_wrong_is_said_and_nothing_changes(anna: people.Owner) -> None:
    before = anna.visitor.get("/partner").json

    replies = [anna.visitor.form("profile", **{"city": "Sursee", field: value}) for field, value, _ in WRONG]

    assert [reply.status for reply in replies] == [422] * len(WRONG)
    told = [[(one["field"], one["code"]) for one in reply.json["errors"]] for reply in replies]
    assert told == [[(field, code)] for field, _, code in WRONG]
    assert anna.visitor.get("/partner").json == before
    assert anna.visitor.form("profile", city="Sursee").json["city"] == "Sursee"


def test_what_nobody_may_set_is_refused(anna: people.Owner) -> None:
    before = anna.visitor.get("/partner").json
    program = Visitor(key=anna.visitor.form("api-key", name="x", scopes=["write"]).json["key"])

    for field in ("email", "plan", "status", "id", "partner_id", "newsletter_wished"):
        assert anna.visitor.form("profile", **{field: "x"}).status == 400
        assert program.send("PATCH", "/partner", {field: "x"}).status == 422

    assert anna.visitor.get("/partner").json == before


def test_origins_are_kept_as_browsers_write_them(anna: people.Owner) -> None:
    origins = ["https://WWW.muster.example/", "https://muster.example:8443", "https://www.muster.example:443"]

    reply = anna.visitor.form("profile", embed_origins=origins)

    assert reply.json["embed_origins"] == ["https://muster.example:8443", "https://www.muster.example"]


def test_a_form_that_was_overtaken_does_not_undo_the_other_change(anna: people.Owner, dynamodb: Any) -> None:
    key = anna.visitor.form("api-key", name="x", scopes=["read", "write"]).json["key"]
    meanwhile: list[int] = []

    def overtake(operation: str, params: dict[str, Any]) -> None:
        if operation == "TransactWriteItems" and not meanwhile:
            meanwhile.append(1)
            assert Visitor(key=key).send("PATCH", "/partner", {"booking_name": "schneller"}).status == 200

    with dynamodb.breaking(overtake):
        reply = anna.visitor.form("profile", city="Sursee", booking_name="langsamer")

    assert meanwhile
    assert (reply.status, reply.json["booking_name"]) == (200, "langsamer")
    assert find.partner_id_of("schneller") is None
    assert find.partner_id_of("langsamer") == anna.partner_id


def test_employees_see_the_profile_and_do_not_change_it(anna: people.Owner) -> None:
    _, employee = people.colleague(anna.visitor, role="employee", ip="198.51.100.3", email="e@muster.example")

    assert employee.get("/partner").status == 200
    refused = employee.get("/forms/profile")
    assert (refused.status, refused.json["code"]) == (403, "role_too_low")
    assert employee.send("PATCH", "/partner", {"city": "Sursee"}).status == 403
    assert Visitor().get("/partner").status == 401
