"""What a booking costs: requests are counted, rows are weighed as DynamoDB bills them (design/data.md, Budgets)."""

import base64
import os
from datetime import UTC, datetime, timedelta
from typing import Any, Self

import pytest

from tests.rooms.booking.test_book import START, book, filled
from tests.worlds import partners, tables
from tests.worlds.visitor import Visitor

INDEXES = {  # of the table `records`: what each is keyed by, and whether it holds the whole row
    "due": (("due_shard", "due_at"), False),
    "expiry": (("expiry_shard",), False),
    "lookup": (("lookup", "lookup_at"), True),
    "agenda": (("agenda", "start_at"), True),
}


def size(item: dict[str, Any]) -> int:
    """The bytes of a row: names, and values by their type (developer guide, item sizes)."""
    total = 0
    for name, value in item.items():
        ((kind, held),) = value.items()
        if kind == "S":
            total += len(held.encode())
        elif kind == "N":
            total += len(held.strip("-").strip("0")) // 2 + 2
        elif kind == "B":
            total += len(held if isinstance(held, bytes) else base64.b64decode(held))
        else:
            total += 1
        total += len(name)
    return total


def units(before: dict[str, Any] | None, after: dict[str, Any] | None, *, indexed: bool) -> int:
    """The write units of one row in a transaction: two for each KB, and one for each KB of each index entry written."""
    row = after or before or {}
    cost = 2 * -(-size(row) // 1024)
    for keys, whole in INDEXES.values() if indexed else ():
        old, new = ([one.get(key) for key in keys] if one else None for one in (before, after))
        old, new = (None if key and None in key else key for key in (old, new))
        weight = -(-size(row) // 1024) if whole else 1
        if old != new:
            cost += weight * ((old is not None) + (new is not None))
        elif new is not None and whole and before != after:
            cost += weight
    return cost


class Bill:
    """Everything that was asked while a block ran."""

    def __init__(self, watch: Any) -> None:
        self._watch = watch

    def __enter__(self) -> Self:
        self._from = len(self._watch.asked)
        self._before = snapshot()
        return self

    def __exit__(self, *_: object) -> None:
        self.asked = self._watch.asked[self._from :]
        self._after = snapshot()

    @property
    def operations(self) -> list[str]:
        return [operation for operation, _ in self.asked]

    @property
    def rows(self) -> list[int]:
        return [len(params["TransactItems"]) for name, params in self.asked if name == "TransactWriteItems"]

    @property
    def write_units(self) -> int:
        """Of the one transaction."""
        ((_, params),) = [one for one in self.asked if one[0] == "TransactWriteItems"]
        total = 0
        for item in params["TransactItems"]:
            ((_, request),) = item.items()
            key = request.get("Key") or request["Item"]
            place = (request["TableName"], key["pk"]["S"], key["sk"]["S"])
            indexed = place[0] in (os.environ["TABLE_RECORDS"], os.environ["TABLE_ACTIVITY"])
            total += units(self._before.get(place), self._after.get(place), indexed=indexed)
        return total


def snapshot() -> dict[tuple[str, str, str], dict[str, Any]]:
    return {
        (os.environ[f"TABLE_{name.upper()}"], row["pk"]["S"], row["sk"]["S"]): row
        for name in ("records", "activity", "guard")
        for row in tables.raw_rows(os.environ["AWS_ENDPOINT_URL"], name)
    }


@pytest.fixture
def bill(dynamodb: Any) -> Bill:
    return Bill(dynamodb)


READ, WRITE = "BatchGetItem", "TransactWriteItems"


def test_a_booking_is_one_read_and_one_transaction_of_eight_rows(table: Any, clock: Any, bill: Bill) -> None:
    world = partners.a_partner(table, clock, employees=10)
    visitor = Visitor()
    issued = visitor.issue("book", booking_name=world.booking_name)  # the offer is cached from here on

    with bill:
        new = visitor.submit(issued, **filled(world, note="Bitte klingeln."))

    assert new.status == 201
    assert bill.operations == [READ, WRITE]
    assert bill.rows == [8]
    assert bill.write_units <= 24


def test_a_customer_who_comes_again_costs_no_more(table: Any, clock: Any, bill: Bill) -> None:
    world = partners.a_partner(table, clock)
    assert book(world).status == 201
    visitor = Visitor()
    issued = visitor.issue("book", booking_name=world.booking_name)

    with bill:
        later = visitor.submit(issued, **filled(world, start="2026-12-01T10:00:00+01:00"))

    assert later.status == 201
    assert bill.operations == [READ, WRITE]
    assert bill.rows[0] <= 8
    assert bill.write_units <= 24


def test_a_cold_booking_reads_at_most_three_times_more(table: Any, clock: Any, bill: Bill) -> None:
    from chalicelib.offering import find
    from chalicelib.plumbing import envelope

    world = partners.a_partner(table, clock, employees=10)
    visitor = Visitor()
    issued = visitor.issue("book", booking_name=world.booking_name)
    find.forget_cached()
    envelope.forget_cached()

    with bill:
        reply = visitor.submit(issued, **filled(world))

    assert reply.status == 201
    # Three for the offer, and one for the partner's key, which then stays for five minutes: without it, no name can be written.
    assert len(bill.operations) <= 2 + 3 + 1
    assert len([one for one in bill.asked if os.environ["TABLE_KEYS"] in str(one)]) == 1
    assert bill.operations.count(WRITE) == 1


@pytest.mark.parametrize(
    ("start", "service", "rows"),
    [("2026-11-25T00:30:00+01:00", 0, 9), ("2026-11-25T10:00:00+01:00", 1, 9), (START, 1, 8)],
    ids=["over UTC midnight", "the first seat of a session", "a further seat"],
)
def test_a_second_day_or_a_new_session_costs_one_row_more(
    table: Any, clock: Any, bill: Bill, start: str, service: int, rows: int
) -> None:
    world = partners.a_partner(
        table, clock, hours="Mon-Sun 00:00-24:00", services=({"interval_minutes": 30}, {"capacity": 5})
    )
    assert book(world, service_id=world.service_ids[1]).status == 201
    visitor = Visitor()
    issued = visitor.issue("book", booking_name=world.booking_name)
    values = filled(world, start=start, service_id=world.service_ids[service], email="eva@example.org")

    with bill:
        reply = visitor.submit(issued, **values)

    assert reply.status == 201
    assert bill.operations == [READ, WRITE]
    assert bill.rows == [rows]
    assert bill.write_units <= 24 + 3 * (rows - 8)


def test_only_who_comes_again_before_their_last_appointment_is_looked_up(table: Any, clock: Any, bill: Bill) -> None:
    world = partners.a_partner(table, clock)
    assert book(world, start="2026-12-15T10:00:00+01:00").status == 201
    visitor = Visitor()
    issued = visitor.issue("book", booking_name=world.booking_name)

    with bill:
        assert visitor.submit(issued, **filled(world)).status == 201

    assert bill.operations == [READ, WRITE, READ, WRITE]


def test_cancelling_and_moving_read_twice_at_most(table: Any, clock: Any, bill: Bill) -> None:
    world = partners.a_partner(table, clock)
    made = book(world).json
    move = world.owner.issue("appointment", id=made["id"], action="move")
    cancel = world.owner.issue("appointment", id=made["id"], action="cancellation")
    start = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)

    with bill:
        assert world.owner.submit(move, start=start.isoformat()).status == 200
    moved = bill.operations
    with bill:
        assert world.owner.submit(cancel).status == 200

    # The first read is the session of whoever is signed in.
    assert moved == ["GetItem", "GetItem", READ, WRITE]
    assert bill.operations == ["GetItem", "GetItem", READ, WRITE]


def test_a_week_is_one_query_and_one_trace_of_whose_it_is_whatever_lies_around_it(
    table: Any, clock: Any, bill: Bill
) -> None:
    world = partners.a_partner(table, clock)
    customer_id = world.customer()
    monday = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
    for week in range(-6, 7):
        for day in range(5):
            world.appointment(monday + timedelta(weeks=week, days=day), customer_id=customer_id)
    world.owner.get("/appointments")

    with bill:
        shown = world.owner.get("/appointments").json

    assert len(shown["items"]) == 5
    assert bill.operations == ["GetItem", "Query", "TransactWriteItems"]


def test_the_start_in_the_form_is_the_one_that_was_asked_for(table: Any, clock: Any) -> None:
    world = partners.a_partner(table, clock)

    reply = Visitor().form("book", {"booking_name": world.booking_name, "start": START}, **filled(world))

    assert reply.json["start"] == START
