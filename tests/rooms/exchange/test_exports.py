"""A partner takes the data away: asked for, made by a worker, fetched by a link, gone after a day."""

import json
import urllib.parse
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from chalicelib.activity import find as log
from chalicelib.exchange import content, make, rules, workbook
from tests.conftest import NOW
from tests.worlds import rights
from tests.worlds.partners import World, a_partner
from tests.worlds.visitor import Visitor

HOSTILE = '=HYPERLINK("http://example.org") \x01 _x0041_ 👩‍👧'


@pytest.fixture
def world(table: Any, clock: Any) -> World:
    made = a_partner(table, clock, company="=Salon", employees=2)
    customer = made.customer(first_name="+Lea", note=HOSTILE, phone="+41791234567")
    for hour in (9, 10):  # the two half past two of the night in which the clock goes back
        start = datetime(2026, 10, 25, 0, 30, tzinfo=UTC) + timedelta(hours=hour - 9)
        made.appointment(start, customer_id=customer, note=HOSTILE, answers={"hair": "-long"})
    made.add_absence(None, datetime(2026, 12, 24, 12, tzinfo=UTC), datetime(2026, 12, 27, 12, tzinfo=UTC))
    return made


def fetch(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=10) as answer:
        content: bytes = answer.read()
    return content


def kinds(world: World) -> list[str]:
    return [one.kind for one in log.between(world.id, NOW - timedelta(days=1), NOW + timedelta(days=9))]


def made(exports: Any, visitor: Visitor, **values: Any) -> dict[str, Any]:
    asked = visitor.form("export", **values)
    assert asked.status == 202, asked.text
    assert asked.json["state"] == "waiting"
    exports.work()
    shown = visitor.get(f"/exports/{asked.json['id']}")
    assert shown.status == 200, shown.text
    found: dict[str, Any] = shown.json
    return found


def test_everything_as_a_workbook_holds_what_the_json_holds(exports: Any, world: World, tmp_path: Path) -> None:
    excel = made(exports, world.owner, what="all")
    other = made(exports, world.owner, what="all", format="json")

    (tmp_path / "all.xlsx").write_bytes(fetch(excel["url"]))
    found, document = workbook.read(tmp_path / "all.xlsx"), json.loads(fetch(other["url"]))
    assert list(found) == list(rules.WHAT["all"])
    assert document["schema"] == "zeitfenster-export/1"
    keys, [first, second] = found["appointments"]
    both = [dict(zip(keys, row, strict=True)) for row in (first, second)]
    two, one = sorted(both, key=lambda row: str(row["start_offset"]))
    assert one["note"] == HOSTILE
    assert one["customer_first_name"] == "+Lea"
    assert (one["start"], one["start_offset"]) == ("2026-10-25T02:30:00.000", "+02:00")
    assert (two["start"], two["start_offset"]) == ("2026-10-25T02:30:00.000", "+01:00")
    in_json = {part["name"]: part["rows"] for part in document["parts"]}
    assert {row["start"] for row in in_json["appointments"]} == {f"2026-10-25T02:30:00+0{n}:00" for n in (1, 2)}
    assert in_json["appointments"][0]["answers"] == {"hair": "-long"}
    assert in_json["partner"][0]["company"] == "=Salon"
    assert len(in_json["sessions"]) == 1
    assert [one["name"] for one in in_json["api_keys"]] == ["Tests"]
    assert "secret" not in json.dumps(document["parts"])
    assert "hash" not in in_json["sessions"][0]
    described = workbook.described(tmp_path / "all.xlsx")
    assert described[0]["values"] == excel["hash"]
    assert {(one["sheet"], one["key"]) for one in described if one["key"]} == {
        (name, column.key) for name in rules.WHAT["all"] for column in content.PARTS[name].columns
    }
    assert all(one["purpose"] and one["recipients"] and one["retention"] for one in described if one["key"])
    assert {"export.asked", "export.made"} <= set(kinds(world))


def test_the_same_content_has_the_same_hash_and_another_has_another(exports: Any, world: World) -> None:
    first = made(exports, world.owner, what="customers")
    again = made(exports, world.api, what="customers", format="json")
    world.customer(first_name="Noch", last_name="Jemand")

    later = made(exports, world.owner, what="customers")

    assert first["hash"] == again["hash"]
    assert later["hash"] != first["hash"]
    assert later["rows"] == first["rows"] + 1 == later["total"]


def test_one_of_a_kind_at_a_time_and_only_for_those_who_may(exports: Any, world: World) -> None:
    other = a_partner(make.table, world.clock)

    first = world.owner.form("export", what="services")
    second = world.owner.form("export", what="services", format="json")
    beside = world.owner.form("export", what="employees")

    assert [one.status for one in (first, second, beside)] == [202, 409, 202]
    assert second.json["code"] == "export_running"
    assert world.sign_in("employee").get("/exports").status == 403
    assert world.with_key("customers:read").get("/exports").status == 403
    assert world.with_key("exports:read").get(f"/exports/{first.json['id']}").status == 200
    assert other.owner.get(f"/exports/{first.json['id']}").status == 404
    assert other.owner.get("/exports").json["items"] == []
    exports.work()
    assert [one["state"] for one in world.owner.get("/exports").json["items"]] == ["ready", "ready"]
    assert world.owner.form("export", what="services").status == 202
    assert world.owner.form("export", what="my_data").status == 400


def test_the_link_is_good_for_a_quarter_of_an_hour_and_the_file_for_a_day(exports: Any, world: World) -> None:
    shown = made(exports, world.owner, what="services")
    signed = urllib.parse.parse_qs(urllib.parse.urlsplit(shown["url"]).query)
    assert signed["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
    assert signed["X-Amz-Expires"] == ["900"]
    assert "/eu-central-2/s3/" in signed["X-Amz-Credential"][0]
    assert len(exports.stored()) == 1

    exports.outbox.until(NOW + timedelta(minutes=17))
    kept = exports.stored()
    world.clock.set(NOW + timedelta(hours=24))
    over = world.sign_in("owner").get(f"/exports/{shown['id']}")
    exports.outbox.until(NOW + timedelta(hours=24))

    assert len(kept) == 1
    assert (over.status, over.json["code"]) == (410, "export_over")
    assert exports.stored() == []
    assert [one["state"] for one in world.sign_in("owner").get("/exports").json["items"]] == ["expired"]
    assert "export.removed" in kinds(world)


def test_a_worker_that_dies_is_followed_by_another_and_three_are_enough(
    exports: Any, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise OSError("no space")

    whole = make.workbook.write
    monkeypatch.setattr(make.workbook, "write", broken)
    asked = world.owner.form("export", what="services").json
    exports.work()
    assert world.owner.get(f"/exports/{asked['id']}").json["state"] == "waiting"
    monkeypatch.setattr(make.workbook, "write", whole)
    exports.outbox.until(NOW + timedelta(minutes=17))
    exports.work()
    assert world.owner.get(f"/exports/{asked['id']}").json["state"] == "ready"

    monkeypatch.setattr(make.workbook, "write", broken)
    asked = world.owner.form("export", what="services").json
    for minutes in (17, 34, 51, 68):
        exports.work()
        exports.outbox.until(NOW + timedelta(minutes=17 + minutes))

    assert world.owner.get(f"/exports/{asked['id']}").json["state"] == "failed"
    assert world.owner.form("export", what="services").status == 202


def test_a_closed_account_takes_its_files_with_it_even_one_that_is_being_made(
    exports: Any, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chalicelib.exchange import forget
    from chalicelib.plumbing import table

    made(exports, world.owner, what="services")
    asked = world.owner.form("export", what="customers").json
    whole = make.workbook.write

    def closed_meanwhile(*args: Any, **more: Any) -> None:
        whole(*args, **more)
        assert len(exports.stored()) == 1
        with rights.of_the_test():
            forget.files(world.id)
            table.remove_many(list(forget.of_account(world.id)))

    monkeypatch.setattr(make.workbook, "write", closed_meanwhile)
    exports.work()

    assert exports.stored() == []
    assert world.owner.get(f"/exports/{asked['id']}").status == 404
    assert list(forget.of_account(world.id)) == []


def test_the_pages_lead_from_the_form_to_the_file(exports: Any, world: World) -> None:
    html = {"accept": "text/html"}

    page = world.owner.send("GET", "/exports", headers=html)
    assert page.status == 200
    asked = world.owner.form("export", what="appointments").json
    waiting = world.owner.send("GET", f"/exports/{asked['id']}", headers=html)
    exports.work()
    ready = world.owner.send("GET", f"/exports/{asked['id']}", headers=html)

    assert "data-wait" in waiting.text
    assert "X-Amz-Signature" in ready.text
    assert f"/exports/{asked['id']}" in world.owner.send("GET", "/exports", headers=html).text


def test_a_customer_takes_their_own_data_and_nobody_elses(exports: Any, world: World, tmp_path: Path) -> None:
    from chalicelib.booking import find as booking
    from chalicelib.booking import link

    other = world.appointment(datetime(2026, 12, 1, 9, tzinfo=UTC), note="Secret of somebody else")
    mine = world.customer(first_name="Ada", note="My own")
    token = link.token(world.id, world.appointment(datetime(2026, 12, 2, 9, tzinfo=UTC), customer_id=mine))

    at_once = Visitor().get(f"/my/{token}/data.json")
    page = Visitor()
    asked = page.form("link-export", {"token": token}, format="xlsx")
    exports.work()
    shown = page.get(f"/my/{token}/exports/{asked.json['id']}")
    foreign = page.get(f"/my/{link.token(world.id, other)}/exports/{asked.json['id']}")

    assert at_once.header("Content-Disposition") == 'attachment; filename="zeitfenster-my-data.json"'
    about = at_once.json["about"]
    assert {one["part"] for one in about} == {"customer", "appointment", "message", "log"}
    assert all(one["purpose"] and one["recipients"] and one["retention"] and one["source"] for one in about)
    assert at_once.json["customer"]["delete_on"] in {one["delete_on"] for one in about}
    assert (asked.status, shown.json["state"], foreign.status) == (202, "ready", 404)
    (tmp_path / "mine.xlsx").write_bytes(fetch(shown.json["url"]))
    found = workbook.read(tmp_path / "mine.xlsx")
    assert list(found) == list(rules.WHAT["my_data"])
    assert [row[1] for row in found["customers"][1]] == ["Ada"]
    assert len(found["appointments"][1]) == 1
    assert "Secret" not in repr(found)
    assert world.owner.get("/exports").json["items"] == []
    assert booking.customer(world.id, mine) is not None
    world.owner.form("customer", {"id": mine, "method": "DELETE"})
    exports.work()
    assert exports.stored() == []
