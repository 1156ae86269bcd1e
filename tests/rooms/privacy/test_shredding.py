"""What people tell us lies nowhere in plain; with the key of a partner goes everything that a backup could bring back."""

import os
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.accounts.records import PartnerRow
from chalicelib.booking.records import CustomerRow
from chalicelib.plumbing import database, envelope
from chalicelib.plumbing import table as product
from chalicelib.plumbing.refusals import Unreadable
from chalicelib.privacy import erase_account
from tests.worlds import people, tables
from tests.worlds.outbox import Queue
from tests.worlds.visitor import Visitor

TABLES = ("records", "ledger", "activity", "guard", "keys")
IP, STAFF_IP = "203.0.113.77", "203.0.113.78"
PHONES = ("+41791119901", "+41791119902", "+41791119903")
MARKERS = (
    *("Zq-Own-First", "Zq-Own-Last", "Zq-Company", "Zq-Street", "Zq-City", "zq-own@marker.example"),
    *("Zq-Staff-First", "Zq-Staff-Last", "zq-staff@marker.example", "Zq-Service", "Zq-Reason", "Zq-Key"),
    *("Zq-Cust-First", "Zq-Cust-Last", "zq-cust@marker.example", "Zq-Cust-Note"),
    *("Zq-Book-First", "Zq-Book-Last", "zq-book@marker.example", "Zq-Book-Note", "Zq-Answer", "Zq-Cancelled"),
    *PHONES,
    *(IP, STAFF_IP),
)


@pytest.fixture
def told(emulator: Any, table: Any, clock: Any, queue: Queue) -> people.Owner:
    """Somebody told us everything that there is to tell, by every public door that takes text."""
    owner = people.owner(
        emulator.endpoint, ip=STAFF_IP, first_name="Zq-Own-First", last_name="Zq-Own-Last", company="Zq-Company",
        street="Zq-Street", city="Zq-City", email="zq-own@marker.example", phone=PHONES[0],
    )  # fmt: skip
    desk = owner.visitor
    sent = [
        desk.form("employee", first_name="Zq-Staff-First", last_name="Zq-Staff-Last", email="zq-staff@marker.example"),
        desk.form("hours", {"id": owner.employee_id}, weekly={"tue": [["08:00", "18:00"]]}, dates={}),
        desk.form("absence", start="2027-01-05T08:00+01:00", end="2027-01-05T12:00+01:00", reason="Zq-Reason"),
        desk.form("api-key", name="Zq-Key", scopes=["read"]),
        desk.form("customer", first_name="Zq-Cust-First", last_name="Zq-Cust-Last", email="zq-cust@marker.example",
                  phone=PHONES[1], note="Zq-Cust-Note"),
    ]  # fmt: skip
    questions = [{"id": "q1", "label": "Wunsch?", "type": "text", "required": False}]
    service = desk.form("service", name="Zq-Service", duration_minutes=30, questions=questions)
    booked = Visitor(ip=IP).form(
        "book", {"booking_name": owner.booking_name}, service_id=service.json["id"], employee_id="any",
        start="2026-11-24T10:00:00+01:00", first_name="Zq-Book-First", last_name="Zq-Book-Last",
        email="zq-book@marker.example", phone=PHONES[2], sms=True, note="Zq-Book-Note",
        answers={"q1": "Zq-Answer"}, accept_privacy=people.VERSION,
    )  # fmt: skip
    for one in (*sent, service, booked):
        assert one.status < 300, one
    cancelled = desk.form("appointment", {"id": booked.json["id"], "action": "cancellation"}, reason="Zq-Cancelled")
    assert cancelled.status < 300, cancelled
    return owner


def raw() -> str:
    endpoint = os.environ["AWS_ENDPOINT_URL"]
    return str([tables.raw_rows(endpoint, name) for name in TABLES])


def deciphered() -> str:
    endpoint = os.environ["AWS_ENDPOINT_URL"]
    return str([tables.rows(endpoint, name) for name in TABLES])


def test_what_people_tell_lies_nowhere_in_plain(told: people.Owner, queue: Queue) -> None:
    found = deciphered()
    waiting = raw()
    queue.drain()
    sent = raw()

    assert [one for one in MARKERS if one not in found] == []
    assert [one for one in MARKERS if one in waiting] == []
    assert [one for one in MARKERS if one in sent] == []


def test_a_backup_can_be_read_until_the_key_is_gone_and_not_after(
    told: people.Owner, queue: Queue, clock: Any, table: Any
) -> None:
    endpoint = os.environ["AWS_ENDPOINT_URL"]
    partner_id = told.partner_id
    backup = [one for one in tables.raw_rows(endpoint, "records") if one["pk"]["S"].startswith(partner_id)]
    [key] = [one for one in tables.raw_rows(endpoint, "keys") if one["pk"]["S"] == partner_id]
    profile = next(one for one in backup if one["sk"]["S"] == "profile")
    customer = next(one for one in backup if one["sk"]["S"].startswith("customer#"))
    before = (PartnerRow.from_raw_data(profile).company, CustomerRow.from_raw_data(customer).first_name[:3])

    asked = told.visitor.form("close-account", password=people.PASSWORD, confirm=True).json["certificate"]
    queue.drain()
    complete = Visitor().get(f"/erasure-certificates/{asked}").json
    there = [one for one in tables.raw_rows(endpoint, "keys") if one["pk"]["S"] == partner_id]
    for row in backup:
        database.client().put_item(TableName=database.table_name("records"), Item=row)
    restored = product.get(PartnerRow, partner_id, "profile")

    assert before == ("Zq-Company", "Zq-")
    assert there == []
    assert restored is not None
    for name in ("company", "first_name", "email"):
        with pytest.raises(Unreadable):
            getattr(restored, name)
    with pytest.raises(Unreadable):
        assert CustomerRow.from_raw_data(customer).first_name
    assert complete["backups_unreadable_by"] == (clock.now + timedelta(days=envelope.BACKUP_DAYS)).date().isoformat()
    # And that is why the backup of keys is short: with the key alone everything would be back.
    database.client().put_item(TableName=database.table_name("keys"), Item=key)
    assert restored.company == "Zq-Company"


def test_the_key_goes_in_the_very_change_that_certifies(
    told: people.Owner, queue: Queue, dynamodb: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = told.visitor.form("close-account", password=people.PASSWORD, confirm=True).json["certificate"]
    monkeypatch.setattr(erase_account, "MOST_ROWS", 5)

    left: list[bool] = []
    for _ in range(60):
        queue.drain()
        complete = Visitor().get(f"/erasure-certificates/{asked}").json["completed_at"]
        left.append(product.get(envelope.KeyRow, told.partner_id, envelope.SORT) is not None)
        if complete:
            break

    [last] = [
        params["TransactItems"]
        for name, params in dynamodb.asked
        if name == "TransactWriteItems" and os.environ["TABLE_KEYS"] in str(params) and "Delete" in str(params)
    ]
    assert left[-1] is False
    assert {os.environ["TABLE_KEYS"], os.environ["TABLE_LEDGER"], os.environ["TABLE_RECORDS"]} <= {
        next(iter(one.values()))["TableName"] for one in last
    }


def test_a_registration_that_nobody_confirms_takes_its_key_along(table: Any, clock: Any, emulator: Any) -> None:
    from chalicelib.plumbing.visit import of_job
    from chalicelib.privacy import purge

    people.register(first_name="Zq-Pending")
    there = [tables.raw_rows(emulator.endpoint, name) for name in ("records", "keys")]
    plain = str(tables.rows(emulator.endpoint, "records"))

    clock.set(clock.now + timedelta(days=9))
    purge.everything(of_job(clock.now, "r"))

    assert "Zq-Pending" in plain
    assert "Zq-Pending" not in str(there)
    assert len(there[1]) == 1
    assert tables.raw_rows(emulator.endpoint, "keys") == []
