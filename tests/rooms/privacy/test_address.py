"""The log says from where for 90 days; then the address is gone, and nothing else of what it says."""

import os
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from chalicelib.activity import chain, facts, forget, record, rollup, verify
from chalicelib.activity.records import FactRow, RollupRow, SealRow
from chalicelib.plumbing import holds, ids, shards
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.holds import HoldRow
from chalicelib.plumbing.visit import Visit, of_job
from chalicelib.privacy import purge
from chalicelib.privacy.records import ProofRow, PurgeRow
from tests.worlds.browser import open_page
from tests.worlds.outbox import Queue
from tests.worlds.partners import World, a_partner
from tests.worlds.tables import raw_rows
from tests.worlds.visitor import Visitor

IP = "198.51.100.7"
TODAY = date(2026, 11, 23)


@pytest.fixture
def world(table: Any, clock: Any, queue: Queue) -> World:
    table.put(PurgeRow(*purge.KEY, version=1, next_on=TODAY, proofs=0, last_hash=""))
    table.put(RollupRow(*rollup.KEY, next_on=TODAY, shard=0))
    return a_partner(table, clock)


def night(clock: Any, days: int) -> dict[str, Any]:
    """The purge of so many days after today; the clock stands there."""
    clock.set(datetime.combine(TODAY + timedelta(days=days), time(2), clock.now.tzinfo))
    return purge.everything(of_job(clock.now, "r"))


def happen(world: World, *, ip: str | None = IP, number: int = 1, partner_id: str | None = None) -> list[str]:
    made = []
    for n in range(number):
        at = world.clock.now + timedelta(minutes=n)
        visit = Visit(at, "r", "web", ip=ip, partner_id=partner_id or world.id)
        change = Change(visit)
        made.append(record.fact(change, visit, facts.DENIED, subject=("appointment", ids.new(at)), detail={"n": n}))
        change.commit()
    return made


def booked(world: World, queue: Queue) -> str:
    """Somebody books at the public page, and the day is closed; the id of the customer."""
    version = Visitor().get("/policies/privacy").json["version"]
    start = (world.clock.now + timedelta(days=3)).replace(hour=9, minute=0)
    made = Visitor(ip=IP).form(
        "book", {"booking_name": world.booking_name}, service_id=world.service_id, start=start.isoformat(),
        first_name="Zyprian", last_name="zq-marker", email="z@zq-marker.example", accept_privacy=version,
    )  # fmt: skip
    assert made.status == 201, made.text
    customer_id = str(world.owner.get(f"/appointments/{made.json['id']}").json["customer_id"])
    queue.drain()
    closed(world.clock)
    return customer_id


def closed(clock: Any) -> None:
    rollup.everything(of_job(datetime.combine(TODAY + timedelta(days=1), time(2), clock.now.tzinfo), "r"))


def told(world: World) -> dict[str, Any]:
    """What the partner's log says of the one booking, or of the one denial."""
    lines = world.sign_in().get("/activity?limit=100").json["items"]
    [line] = [one for one in lines if one["kind"] in ("appointment.booked", "access.denied")]
    return dict(line)


def page(world: World) -> str:
    return open_page(world.sign_in(), "/activity?limit=100").reply.text


def stored(world: World, fact_id: str) -> dict[str, Any]:
    [row] = [one for one in raw_rows(os.environ["AWS_ENDPOINT_URL"], "activity") if one["sk"] == {"S": fact_id}]
    return row


def held() -> list[bytes]:
    """All that lies in the table of the log in bytes: what is enciphered."""
    rows = raw_rows(os.environ["AWS_ENDPOINT_URL"], "activity")
    return [bytes(value["B"]) for row in rows for value in row.values() if "B" in value]


def counts(table: Any) -> dict[str, int]:
    """How many of each class were deleted, by all proofs."""
    found: dict[str, int] = {}
    for proof in table.prefixed(ProofRow, "purges", ""):
        for name, one in proof.counts.items():
            found[name] = found.get(name, 0) + one["deleted"]
    return found


def test_the_address_is_shown_for_ninety_days_and_then_gone_and_nothing_else_is(
    world: World, clock: Any, table: Any, queue: Queue
) -> None:
    booked(world, queue)
    line = told(world)
    bytes_there = stored(world, line["id"])["ip"]["B"]

    night(clock, 89)
    before, page_before = told(world), page(world)
    row_before, held_before = stored(world, line["id"]), held()
    night(clock, 90)
    after, page_after = told(world), page(world)
    row = stored(world, line["id"])

    assert line["ip"] == before["ip"] == IP
    assert IP in page_before
    assert after == {**before, "ip": None}
    assert IP not in page_after
    assert (bytes_there in held_before, bytes_there in held()) == (True, False)
    assert set(row_before) - set(row) == {"ip"}
    assert set(row) - set(row_before) == {"veiled"}
    assert row["expiry_shard"]["S"].startswith("2027-12-23#")
    assert verify.day(world.id, TODAY) == "intact"
    assert counts(table)["address"] >= 1


def test_the_fact_itself_goes_after_thirteen_months_and_not_a_night_before(
    world: World, clock: Any, table: Any
) -> None:
    [fact] = happen(world)
    [silent] = happen(world, ip=None)
    last = (date(2027, 12, 23) - TODAY).days

    runs = [night(clock, n) for n in (89, 90, 91, last - 1)]
    there = [table.get(FactRow, world.id, one) for one in (fact, silent)]
    gone = night(clock, last)

    assert [run["deleted"] for run in runs] == [0, 1, 0, 0]  # what has no address is not even looked at
    assert all(there)
    assert gone["deleted"] == 2
    assert [table.get(FactRow, world.id, one) for one in (fact, silent)] == [None, None]
    assert counts(table) == {"address": 1, "activity": 2}


def test_a_hold_keeps_the_address_and_when_it_is_over_it_goes(world: World, clock: Any, table: Any) -> None:
    [fact] = happen(world)
    until = TODAY + timedelta(days=100)
    table.put(
        HoldRow(world.id, holds.key(holds.ACCOUNT), by="owner", set_at=clock.now, until=until,
                expiry_shard=shards.expires_on(until + timedelta(days=1), world.id))
    )  # fmt: skip

    held = night(clock, 90)
    night(clock, 100)
    kept = told(world)
    for days in (101, 102, 103):
        night(clock, days)
    after, row = told(world), table.get(FactRow, world.id, fact)

    assert (held["held"], held["deleted"]) == (1, 0)
    assert (kept["ip"], after["ip"]) == (IP, None)
    assert row.expiry_shard.startswith("2027-12-23#")
    assert counts(table)["address"] == 1


def test_what_a_hold_kept_beyond_thirteen_months_goes_at_once(world: World, clock: Any, table: Any) -> None:
    [fact] = happen(world)
    until = TODAY + timedelta(days=420)
    table.put(
        HoldRow(world.id, holds.key(holds.ACCOUNT), by="operator", set_at=clock.now, until=until,
                expiry_shard=shards.expires_on(until + timedelta(days=1), world.id))
    )  # fmt: skip
    night(clock, 90)
    night(clock, 420)
    kept = table.get(FactRow, world.id, fact)

    for days in (421, 422):
        night(clock, days)

    assert kept.ip == IP
    assert table.get(FactRow, world.id, fact) is None
    assert counts(table)["activity"] == 1


def test_a_customer_who_is_erased_after_that_is_blacked_out_whole(
    world: World, clock: Any, table: Any, queue: Queue
) -> None:
    customer_id = booked(world, queue)
    fact = told(world)["id"]
    leaf = chain.leaf(rollup.as_json(table.get(FactRow, world.id, fact)))
    night(clock, 91)
    row = table.get(FactRow, world.id, fact)
    said = forget.still_says(row)

    asked = world.sign_in().form("customer", {"id": customer_id, "method": "DELETE"})
    assert asked.status == 202, asked.text
    queue.drain()
    erased = table.get(FactRow, world.id, fact)

    assert (said, set(row.veiled), bool(row.salt)) == (True, {"ip"}, True)
    assert fact not in [one.sk for one in forget.readable(world.id)]
    assert set(erased.veiled) == set(chain.VEILABLE)
    assert erased.veiled["ip"] == row.veiled["ip"]
    assert (erased.salt, erased.detail, erased.ip) == (None, None, None)
    assert chain.leaf(rollup.as_json(erased)) == leaf
    assert verify.day(world.id, TODAY) == "intact"


def test_of_a_partner_many_addresses_go_at_once(world: World, clock: Any, table: Any, dynamodb: Any) -> None:
    other = a_partner(table, clock)
    happen(world, number=45)
    happen(world, number=45, partner_id=other.id)
    table.update(PurgeRow(*purge.KEY), [PurgeRow.next_on.set(TODAY + timedelta(days=90))])
    dynamodb.asked.clear()

    done = night(clock, 90)

    updates = [
        sum("Update" in item for item in params["TransactItems"])
        for operation, params in dynamodb.asked
        if operation == "TransactWriteItems"
    ]
    assert (done["deleted"], done["failed"], done["complete"]) == (90, 0, True)
    assert sorted(updates)[-2:] == [45, 45]
    assert len(dynamodb.operations) < 20


class Killed(BaseException):
    pass


@pytest.mark.parametrize("nth", range(1, 14))
def test_a_run_that_dies_is_finished_with_the_same_figures(
    world: World, clock: Any, table: Any, dynamodb: Any, nth: int
) -> None:
    made = happen(world, number=3)
    table.update(PurgeRow(*purge.KEY), [PurgeRow.next_on.set(TODAY + timedelta(days=90))])
    left = nth

    def kill(operation: str, params: dict[str, Any]) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            raise Killed

    try:
        with dynamodb.breaking(kill):
            night(clock, 90)
    except Killed:
        pass
    night(clock, 90)

    assert counts(table) == {"address": 3}
    assert [table.get(FactRow, world.id, one).ip for one in made] == [None] * 3
    assert {table.get(FactRow, world.id, one).expiry_shard[:10] for one in made} == {"2027-12-23"}


def test_what_was_done_before_a_run_died_is_counted_like_the_rest(
    world: World, clock: Any, table: Any, dynamodb: Any
) -> None:
    happen(world, number=3)
    table.update(PurgeRow(*purge.KEY), [PurgeRow.next_on.set(TODAY + timedelta(days=90))])
    done: list[str] = []

    def dies_after(operation: str, params: dict[str, Any]) -> None:
        if done:
            raise Killed
        if operation == "TransactWriteItems":
            done.append(operation)

    with dynamodb.breaking(dies_after), pytest.raises(Killed):
        night(clock, 90)
    gone_already = [one for one in forget.readable(world.id) if one.ip is None]
    night(clock, 90)

    assert len(gone_already) == 3
    assert counts(table) == {"address": 3}


def test_an_erasure_in_the_last_moment_is_not_undone(world: World, clock: Any, table: Any, dynamodb: Any) -> None:
    [fact] = happen(world)
    table.update(PurgeRow(*purge.KEY), [PurgeRow.next_on.set(TODAY + timedelta(days=90))])
    erased: list[Any] = []

    def meanwhile(operation: str, params: dict[str, Any]) -> None:
        if operation == "TransactWriteItems" and not erased:
            erased.append(table.get(FactRow, world.id, fact))
            forget.veil(erased[0])

    with dynamodb.breaking(meanwhile):
        done = night(clock, 90)
    row = table.get(FactRow, world.id, fact)

    assert (done["deleted"], done["kept"], done["failed"]) == (1, 0, 0)
    assert set(row.veiled) == set(chain.VEILABLE)
    assert row.expiry_shard.startswith("2027-12-23#")
    assert chain.leaf(rollup.as_json(row)) == chain.leaf(rollup.as_json(erased[0]))


def test_a_purge_that_slept_for_more_than_a_year_leaves_nothing(world: World, clock: Any, table: Any) -> None:
    [fact] = happen(world)

    run = night(clock, 450)
    again = night(clock, 450)

    assert (run["failed"], run["complete"], again["complete"]) == (0, True, True)
    assert table.get(FactRow, world.id, fact) is None
    assert counts(table) == {"address": 1, "activity": 1}


def test_a_day_that_is_closed_late_still_finds_everybody(world: World, clock: Any, table: Any) -> None:
    others = [a_partner(table, clock) for _ in range(3)]
    for number, one in enumerate([world, *others]):
        happen(world, partner_id=one.id, ip=IP if number % 2 else None)
        happen(world, partner_id=one.id, ip=IP)
    night(clock, 95)

    runs = [rollup.everything(of_job(clock.now, "r"), most=2) for _ in range(2)]

    partners = [one.id for one in (world, *others)]
    assert runs[0]["partners"] == 2
    assert [table.get(SealRow, one, f"seal#{TODAY}").facts for one in partners] == [2] * 4
    assert {verify.day(one, TODAY) for one in partners} == {"intact"}
