"""Every list of the API comes in pages of the wished size, whole and without doubles."""

from typing import Any

import pytest

from tests.worlds import people
from tests.worlds.visitor import Visitor

PUBLIC = ("/policies", "/limits", "/plans", "/sub-processors", "/processing-record", "/retention", "/signing-keys")
OWN = (
    "/employees", "/services", "/customers", "/absences", "/appointments", "/orders", "/invoices", "/consents",
    "/disclosures", "/activity", "/exports", "/api-keys", "/webhook-endpoints", "/holds", "/requests", "/breaches",
)  # fmt: skip


@pytest.fixture
def anna(table: Any, emulator: Any) -> people.Owner:
    """A signed-in owner with two keys."""
    owner = people.owner(emulator.endpoint, ip="198.51.100.1")
    for name in ("Kasse", "Lager"):
        assert owner.visitor.form("api-key", name=name, scopes=["read"]).status == 201
    return owner


def test_every_list_takes_a_size_and_refuses_what_is_none(anna: people.Owner) -> None:
    for path in (*PUBLIC, *OWN):
        reply = anna.visitor.get(f"{path}?limit=1")
        assert reply.status == 200, path
        assert {"items", "next"} <= set(reply.json), path
        assert len(reply.json["items"]) <= 1, path
        for wrong in ("limit=0", "limit=101", "limit=abc"):
            assert anna.visitor.get(f"{path}?{wrong}").status == 422, (path, wrong)
        assert anna.visitor.get(f"{path}?cursor=abc").json["code"] == "cursor_invalid", path


@pytest.mark.parametrize("path", ["/sub-processors", "/plans", "/consents", "/api-keys", "/policies"])
def test_a_walk_through_the_pages_meets_everything_once(anna: people.Owner, path: str) -> None:
    whole = anna.visitor.get(path).json["items"]
    walked: list[Any] = []
    place = f"{path}?limit=1"
    while True:
        shown = anna.visitor.get(place).json
        walked += shown["items"]
        if shown["next"] is None:
            break
        place = f"{path}?limit=1&cursor={shown['next']}"

    assert len(whole) > 1
    assert walked == whole


def test_a_list_goes_on_behind_the_last_one_that_was_shown_whatever_became_of_it(anna: people.Owner) -> None:
    first = anna.visitor.get("/api-keys?limit=1").json

    assert anna.visitor.form("api-key-revoke", {"id": first["items"][0]["id"]}).status == 204
    onward = anna.visitor.get(f"/api-keys?limit=1&cursor={first['next']}")

    assert onward.status == 200
    assert onward.json["next"] is None


def test_a_cursor_is_good_for_its_own_list_and_partner_only(anna: people.Owner) -> None:
    cursor = anna.visitor.get("/api-keys?limit=1").json["next"]

    assert cursor
    assert anna.visitor.get(f"/consents?cursor={cursor}").status == 400
    assert anna.visitor.get(f"/api-keys?cursor={cursor[:-4]}AAAA").status == 400


def test_a_page_leads_on_to_what_did_not_fit(table: Any) -> None:
    page = Visitor().get("/limits?limit=2", accept="text/html").text

    assert 'rel="next" href="?limit=2&amp;cursor=' in page
    assert "cursor=" not in Visitor().get("/limits", accept="text/html").text
