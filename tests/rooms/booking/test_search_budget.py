"""What a search costs: requests, capacity as AWS counts it, and that neither grows with what is not asked for."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from chalicelib.booking import bitmap
from chalicelib.booking.records import BusyDayRow, DayRow
from chalicelib.offering import find
from chalicelib.plumbing import database, rawquery, shards
from tests.worlds.partners import World, a_partner
from tests.worlds.visitor import Visitor

EMPLOYEES, DAYS = 10, 31
FIRST = date(2026, 11, 23)


@pytest.fixture
def busy(table: Any, clock: Any) -> World:
    """Ten employees, each with bookings on every UTC day that a search over 31 days may touch."""
    world = a_partner(table, clock, employees=EMPLOYEES, hours="Mon-Sun 07:00-20:00")
    pk, name = f"{world.id}#calendar", database.table_name("records")
    rows = [
        DayRow(pk, f"{on}#{employee_id}", taken=bitmap.to_bytes(0x1FF << 84), expiry_shard=shards.expires_on(on, pk))
        for employee_id in world.employee_ids
        for on in (FIRST + timedelta(days=number) for number in range(-2, DAYS + 2))
    ]
    puts = [{"PutRequest": {"Item": row.get_save_kwargs_from_instance()["Item"]}} for row in rows]
    for first in range(0, len(puts), 25):
        database.client().batch_write_item(RequestItems={name: puts[first : first + 25]})
    return world


def search(world: World) -> Any:
    to = FIRST + timedelta(days=DAYS - 1)
    reply = Visitor().get(f"/book/{world.booking_name}/times?service_id={world.service_id}&from={FIRST}&to={to}")
    assert reply.status == 200
    assert len(reply.json["days"]) == DAYS
    assert all(day["times"] for day in reply.json["days"])
    return reply


def size(item: dict[str, Any]) -> int:
    """Bytes of an item as DynamoDB counts them: names and values in UTF-8, binaries raw, numbers two digits a byte and one."""
    total = 0
    for name, typed in item.items():
        ((kind, value),) = typed.items()
        total += len(name.encode())
        if kind == "N":
            total += (len(value.strip("-0.")) + 1) // 2 + 1
        else:
            total += len(value if kind == "B" else value.encode())
    return total


def test_a_warm_search_is_one_small_read_and_one_query(busy: World, dynamodb: Any) -> None:
    search(busy)
    dynamodb.asked.clear()

    search(busy)

    assert dynamodb.operations == ["GetItem", "Query"]
    assert dynamodb.asked[0][1]["Key"]["sk"] == {"S": "#version"}


def test_a_cold_search_asks_for_the_name_and_the_offer_besides(busy: World, dynamodb: Any) -> None:
    find.forget_cached()
    dynamodb.asked.clear()

    search(busy)

    assert dynamodb.operations == ["GetItem", "Query", "Query"]


def test_a_month_of_ten_people_costs_at_most_six_read_units(busy: World, dynamodb: Any) -> None:
    search(busy)
    request = dynamodb.asked[-1][1]

    rows = database.client().query(**request)["Items"]

    assert request["ConsistentRead"] is False
    assert len(rows) >= EMPLOYEES * DAYS
    assert -(-sum(map(size, rows)) // 4096) * 0.5 <= 6


def test_a_team_that_is_busy_elsewhere_every_day_costs_at_most_eleven_and_still_one_query(
    busy: World, dynamodb: Any
) -> None:
    pk, name = f"{busy.id}#calendar", database.table_name("records")
    rows = [
        BusyDayRow(pk, f"{on}#{employee_id}#busy", busy=bitmap.to_bytes(0xFFF << 120))
        for employee_id in busy.employee_ids
        for on in (FIRST + timedelta(days=number) for number in range(-2, DAYS + 2))
    ]
    puts = [{"PutRequest": {"Item": row.get_save_kwargs_from_instance()["Item"]}} for row in rows]
    for first in range(0, len(puts), 25):
        database.client().batch_write_item(RequestItems={name: puts[first : first + 25]})
    search(busy)
    dynamodb.asked.clear()

    search(busy)

    assert dynamodb.operations == ["GetItem", "Query"]
    found = database.client().query(**dynamodb.asked[-1][1])["Items"]
    assert len(found) >= 2 * EMPLOYEES * DAYS
    assert -(-sum(map(size, found)) // 4096) * 0.5 <= 11


def test_the_answer_of_the_query_is_read_past_the_parser_of_botocore(
    busy: World, dynamodb: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    search(busy)
    read: list[int] = []
    decode = rawquery.decode
    monkeypatch.setattr(rawquery, "decode", lambda body: read.append(len(body)) or decode(body))

    search(busy)

    assert len(read) == 1
    assert read[0] > EMPLOYEES * DAYS * 100


def test_appointments_of_other_months_cost_nothing(busy: World, dynamodb: Any) -> None:
    search(busy)
    before = database.client().query(**dynamodb.asked[-1][1])["Count"]
    for number in range(60, 80):
        busy.take(busy.employee_id, datetime(2026, 11, 23, 9, tzinfo=UTC) + timedelta(days=number), 45)
    dynamodb.asked.clear()

    search(busy)

    assert dynamodb.operations == ["GetItem", "Query"]
    assert database.client().query(**dynamodb.asked[-1][1])["Count"] == before


def test_a_change_of_the_offer_is_seen_by_the_next_search(busy: World, dynamodb: Any) -> None:
    assert len(search(busy).json["days"][0]["times"][0]["employee_ids"]) == EMPLOYEES

    busy.owner.form("service", {"id": busy.service_id}, employee_ids=[busy.employee_id])

    assert search(busy).json["days"][0]["times"][0]["employee_ids"] == [busy.employee_id]
