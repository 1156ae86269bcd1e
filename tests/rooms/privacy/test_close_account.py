"""An account is closed: nothing of it is found afterwards but what the law keeps, and the certificate says so and no more."""

import base64
import json
import os
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.activity import outbox, verify
from chalicelib.activity.records import FactRow
from chalicelib.plumbing import holds
from chalicelib.plumbing import table as product
from chalicelib.privacy import certificate, erase_account
from tests.worlds import people
from tests.worlds.browser import open_page
from tests.worlds.outbox import Queue
from tests.worlds.tables import rows
from tests.worlds.visitor import Visitor

MARKERS = ("Zyprian", "Quendolin", "zq-marker", "+41791112233")
TABLES = ("records", "ledger", "activity", "guard", "keys")


@pytest.fixture
def owner(emulator: Any, table: Any, clock: Any, queue: Queue) -> people.Owner:
    made = people.owner(emulator.endpoint, first_name="Zyprian", last_name="Quendolin", email="owner@zq-marker.example")
    made.visitor.form("employee", first_name="Zyprian", last_name="Quendolin", email="staff@zq-marker.example")
    service = made.visitor.form("service", name="Beratung", duration_minutes=30).json
    made.visitor.form("customer", first_name="Zyprian", last_name="Quendolin", email="c@zq-marker.example",
                      phone="+41791112233", note="Quendolin mag zq-marker")  # fmt: skip
    made.visitor.form(
        "appointment", service_id=service["id"], start=(clock.now + timedelta(days=3)).isoformat(),
        first_name="Zyprian", last_name="Quendolin", email="d@zq-marker.example", note="zq-marker",
    )  # fmt: skip
    queue.drain()
    return made


def close(owner: people.Owner) -> str:
    reply = owner.visitor.form("close-account", password=people.PASSWORD, confirm=True)
    assert reply.status == 202, reply.text
    return str(reply.json["certificate"])


def everything() -> str:
    return json.dumps([rows(os.environ["AWS_ENDPOINT_URL"], name) for name in TABLES], default=str)


def test_nothing_that_names_anybody_is_left_in_any_table(owner: people.Owner, queue: Queue) -> None:
    before = everything()

    close(owner)
    queue.drain()

    after = everything()
    assert all(marker in before for marker in MARKERS)
    assert [marker for marker in MARKERS if marker in after] == []


def test_from_that_moment_nobody_comes_in_and_nobody_books(owner: people.Owner) -> None:
    name = owner.visitor.get("/partner").json["booking_name"]
    assert Visitor().get(f"/book/{name}").status == 200

    close(owner)

    assert owner.visitor.get("/partner").status == 401
    assert people.log_in(Visitor(), email="owner@zq-marker.example").status == 401
    assert Visitor().get(f"/book/{name}").status == 404


def test_programs_are_turned_away_too_even_where_a_hold_keeps_the_data(owner: people.Owner, queue: Queue) -> None:
    key = owner.visitor.form("api-key", name="Website", scopes=["read", "write"]).json["key"]
    program = Visitor(key=key)
    owner.visitor.form("hold", reason="Verfahren", until="2026-12-24")
    assert program.get("/customers").status == 200

    close(owner)
    queue.drain()

    assert "Zyprian" in everything()
    assert program.get("/customers").status == 401
    assert program.send("POST", "/customers", {"first_name": "Nach", "last_name": "Schluss"}).status == 401


@pytest.mark.parametrize("what", ["a booking", "a new customer", "an export"])
def test_what_is_on_its_way_when_the_account_closes_leaves_nothing(
    owner: people.Owner, queue: Queue, clock: Any, dynamodb: Any, what: str
) -> None:
    service_id = owner.visitor.get("/services").json["items"][0]["id"]
    open_day = {day: [["07:00", "20:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    owner.visitor.form("hours", {"id": owner.employee_id}, weekly=open_day)
    guest = Visitor(ip="192.0.2.88")
    forms = {
        "a booking": (guest, guest.issue("book", booking_name=owner.booking_name), {
            "service_id": service_id, "start": (clock.now + timedelta(days=2)).isoformat(), "first_name": "Zyprian",
            "last_name": "zq-marker", "email": "late@zq-marker.example", "accept_privacy": people.VERSION,
        }),
        "a new customer": (owner.visitor, owner.visitor.issue("customer"), {
            "first_name": "Zyprian", "last_name": "zq-marker", "email": "late@zq-marker.example",
        }),
        "an export": (owner.visitor, owner.visitor.issue("export"), {"what": "all"}),
    }  # fmt: skip
    visitor, form, values = forms[what]
    closed: list[str] = []

    def closes_first(operation: str, params: dict[str, Any]) -> None:
        if operation == "TransactWriteItems" and not closed:
            closed.append("")
            second = Visitor(ip="192.0.2.89")
            assert people.log_in(second, email="owner@zq-marker.example").status == 201
            reply = second.form("close-account", password=people.PASSWORD, confirm=True)
            closed[0] = str(reply.json["certificate"])
            queue.drain()

    with dynamodb.breaking(closes_first):
        late = visitor.submit(form, **values)
    for _ in range(3):
        queue.until(clock.now + timedelta(hours=2))

    assert late.status < 500, late.text
    assert (late.status < 300) == (what != "a booking"), (
        late.text
    )  # what was begun before may end, the calendar may not
    # The order to erase stays for its 90 days, and says nothing any more.
    stored = [one for one in rows(os.environ["AWS_ENDPOINT_URL"], "records") if one.get("task") != {"S": "erasure"}]
    left = [one["pk"]["S"] for one in stored]
    assert [pk for pk in left if pk.startswith(owner.partner_id)] == []
    assert Visitor().get(f"/erasure-certificates/{closed[0]}").json["completed_at"]
    assert [marker for marker in MARKERS if marker in everything()] == []


def test_the_certificate_claims_nothing_before_it_is_so_and_is_signed_when_it_is(
    owner: people.Owner, queue: Queue, clock: Any
) -> None:
    person = owner.visitor.get("/employees").json["items"][0]
    feed = owner.visitor.form("calendar-feed", {"id": person["id"]}).json["url"].removeprefix("http://localhost:8000")
    certificate_id = close(owner)
    assert Visitor().get(feed).status == 404

    running = Visitor().get(f"/erasure-certificates/{certificate_id}").json
    queue.drain()
    complete = Visitor().get(f"/erasure-certificates/{certificate_id}").json

    assert (running["completed_at"], running["signature"], running["receipts"]) == (None, None, [])
    outcomes = {one["room"]: (one["outcome"], one["count"] > 0) for one in complete["receipts"]}
    assert outcomes == {
        "booking": ("erased", True), "offering": ("erased", True), "messaging": ("erased", True),
        "accounts": ("erased", True), "activity": ("redacted", True), "consent": ("kept", True),
        "exchange": ("erased", False), "billing": ("erased", False), "relay": ("erased", False), "calendars": ("erased", True),
    }  # fmt: skip
    states = {one["name"]: one["state"] for one in complete["processors"]}
    assert (states["smsapi"], states["zendesk"], states["chatra"]) == ("not_confirmed", "confirmed", "not_used")
    assert states["ortto"] == "not_used"
    assert datetime.fromisoformat(complete["completed_at"]) == clock.now
    key = Visitor().get("/signing-keys").json["items"][0]
    assert key["id"] == complete["key_id"]
    assert certificate.genuine(complete, base64.b64decode(key["public_key"]))


@pytest.mark.parametrize("change", [{"completed_at": "2020-01-01T00:00:00Z"}, {"receipts": []}, {"signature": "AAAA"}])
def test_a_certificate_that_was_changed_is_not_genuine(
    owner: people.Owner, queue: Queue, change: dict[str, Any]
) -> None:
    certificate_id = close(owner)
    queue.drain()
    complete = Visitor().get(f"/erasure-certificates/{certificate_id}").json

    assert certificate.genuine(complete, certificate.public_key())
    assert not certificate.genuine({**complete, **change}, certificate.public_key())


def test_the_log_still_proves_itself_when_its_persons_are_blacked_out(
    owner: people.Owner, queue: Queue, clock: Any, table: Any
) -> None:
    from chalicelib.activity import rollup
    from chalicelib.plumbing.visit import of_job

    partner_id = owner.partner_id
    day = clock.now.date()
    clock.set(clock.now + timedelta(days=2))
    rollup.everything(of_job(clock.now, "r"))
    assert verify.day(partner_id, day) == "intact"
    owner.visitor.form("login", email="owner@zq-marker.example", password=people.PASSWORD)

    close(owner)
    queue.drain()

    facts = [FactRow.from_raw_data(one) for one in product.walk("activity", partner_id, first="0", last=":")]
    assert verify.day(partner_id, day) == "intact"
    assert [one for one in facts if one.kind != "account.erased" and (one.ip or one.employee_id or one.detail)] == []


def test_a_wrong_password_or_a_missing_word_closes_nothing(owner: people.Owner) -> None:
    wrong = owner.visitor.form("close-account", password="not the password", confirm=True)
    unsure = owner.visitor.form("close-account", password=people.PASSWORD, confirm=False)

    assert (wrong.status, wrong.json["errors"][0]["code"]) == (422, "wrong_password")
    assert (unsure.status, unsure.json["errors"][0]["field"]) == (422, "confirm")
    assert owner.visitor.get("/partner").status == 200


def test_a_worker_that_dies_at_any_step_leaves_the_same_certificate(
    owner: people.Owner, queue: Queue, monkeypatch: pytest.MonkeyPatch, clock: Any
) -> None:
    certificate_id = close(owner)
    monkeypatch.setattr(erase_account, "MOST_ROWS", 2)

    for _ in range(60):
        queue.drain()
        if Visitor().get(f"/erasure-certificates/{certificate_id}").json["completed_at"]:
            break

    complete = Visitor().get(f"/erasure-certificates/{certificate_id}").json
    assert complete["completed_at"]
    assert next(one["count"] for one in complete["receipts"] if one["room"] == "booking") >= 4
    assert [marker for marker in MARKERS if marker in everything()] == []


def test_an_erasure_that_keeps_failing_is_tried_again_every_day_and_never_given_up(
    owner: people.Owner, queue: Queue, monkeypatch: pytest.MonkeyPatch, clock: Any
) -> None:
    certificate_id = close(owner)
    whole = holds.remove_many
    monkeypatch.setattr(holds, "remove_many", _broken)
    for _ in range(15):
        queue.drain()
        clock.set(clock.now + timedelta(days=1))
        queue.queued += [json.dumps(address) for address in outbox.due(clock.now)]
    failing = Visitor().get(f"/erasure-certificates/{certificate_id}").json

    monkeypatch.setattr(holds, "remove_many", whole)
    for _ in range(3):
        queue.drain()
        clock.set(clock.now + timedelta(days=1))
        queue.queued += [json.dumps(address) for address in outbox.due(clock.now)]

    assert failing["completed_at"] is None
    assert Visitor().get(f"/erasure-certificates/{certificate_id}").json["completed_at"]
    assert [marker for marker in MARKERS if marker in everything()] == []


def _broken(where: Any, **_: Any) -> None:
    raise RuntimeError("the table is away")


def test_a_person_closes_the_account_on_a_page_and_sees_the_certificate(owner: people.Owner, queue: Queue) -> None:
    page = open_page(owner.visitor, "/forms/close-account")

    reply = page.send("/partner/closure", password=people.PASSWORD, confirm="true")
    queue.drain()
    shown = open_page(Visitor(), str(reply.header("location")))

    assert reply.status == 303
    assert shown.reply.status == 200
    assert "Löschzertifikat" in shown.text


def test_a_strangers_certificate_is_nobodys(table: Any) -> None:
    assert Visitor().get("/erasure-certificates/nothing").status == 404
