"""Booking while the table is busy, while somebody else is faster, and while the offer changes."""

from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.booking import bitmap, days, ending, find
from tests.rooms.booking.test_book import book, cancel, day, stored
from tests.worlds import partners

CONFLICT = ClientError(
    {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": [{"Code": "TransactionConflict"}] * 8},
    "TransactWriteItems",
)
THROTTLED = ClientError({"Error": {"Code": "ThrottlingException"}}, "TransactWriteItems")


class Breaker:
    """Fails the next so many transactions."""

    def __init__(self, problem: ClientError, times: int) -> None:
        self._problem, self.left = problem, times

    def __call__(self, operation: str, params: dict[str, Any]) -> None:
        if operation == "TransactWriteItems" and self.left:
            self.left -= 1
            raise self._problem


@pytest.fixture
def world(table: Any, clock: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr("time.sleep", lambda _: None)
    return partners.a_partner(table, clock)


@pytest.mark.parametrize("problem", [CONFLICT, THROTTLED], ids=["conflict", "throttling"])
def test_a_busy_table_is_asked_again(world: Any, dynamodb: Any, problem: ClientError) -> None:
    breaker = Breaker(problem, 3)
    with dynamodb.breaking(breaker):
        reply = book(world)

    assert (reply.status, breaker.left) == (201, 0)
    assert day(world).bit_count() == 9


@pytest.mark.parametrize("problem", [CONFLICT, THROTTLED], ids=["conflict", "throttling"])
def test_a_table_that_stays_busy_is_an_honest_503(world: Any, dynamodb: Any, problem: ClientError) -> None:
    with dynamodb.breaking(Breaker(problem, 1000)):
        reply = book(world)

    assert reply.status == 503
    assert reply.header("retry-after") == "5"
    assert stored(world) == []
    assert book(world).status == 201


def test_whoever_loses_a_race_for_another_time_of_the_day_decides_again(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert book(world, start="2026-11-24T08:00:00+01:00", email="first@example.org").status == 201
    rivals = ["2026-11-24T14:00:00+01:00", "2026-11-24T15:00:00+01:00"]
    read = days.read

    def read_then_lose(*args: Any, **kwargs: Any) -> Any:
        found = read(*args, **kwargs)
        if rivals:
            start = rivals.pop()
            assert book(world, start=start, email=f"rival{len(rivals)}@example.org").status == 201
        return found

    monkeypatch.setattr(days, "read", read_then_lose)
    reply = book(world)

    assert reply.status == 201
    assert day(world).bit_count() == 36


def test_whoever_always_loses_is_told_after_eight_attempts(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    attempts = []
    read = days.read

    def read_then_change(partner_id: str, *args: Any, **kwargs: Any) -> Any:
        found = read(partner_id, *args, **kwargs)
        attempts.append(1)
        on, employee = next(iter(found[0].read))
        world.take_mask(employee, on, bitmap.span(200 + len(attempts), 1))
        return found

    monkeypatch.setattr(days, "read", read_then_change)
    reply = book(world)

    assert (reply.status, len(attempts)) == (503, 8)
    assert not [row for row in stored(world) if row["pk"]["S"].endswith("#appointments")]


def test_what_became_of_it_is_not_said_of_what_was_cancelled_meanwhile(
    world: Any, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = book(world).json
    clock.set(datetime(2026, 11, 24, 10, 0, tzinfo=UTC))
    world.owner = world.sign_in("owner")
    look = ending.row_of
    left = [1]

    def look_then_cancel(*args: str) -> Any:
        row = look(*args)
        if left:
            left.pop()
            assert cancel(world, made["id"]).status == 200
        return row

    monkeypatch.setattr(ending, "row_of", look_then_cancel)
    reply = world.owner.form("appointment", {"id": made["id"], "method": "PATCH"}, status="completed")

    assert (reply.status, reply.json["code"]) == (409, "not_from_here")
    assert find.row_of(world.id, made["id"]).status == "cancelled_by_partner"


def test_an_erasure_that_broke_off_is_finished_from_the_outbox(
    world: Any, dynamodb: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chalicelib import reactions
    from chalicelib.activity import outbox
    from chalicelib.booking import clean
    from chalicelib.plumbing.refusals import Unavailable
    from chalicelib.plumbing.visit import of_job
    from chalicelib.privacy import erase_customer

    made = book(world, note="Canary").json
    customer_id = find.row_of(world.id, made["id"]).customer_id

    def broken(*_: Any) -> int:
        raise Unavailable

    with monkeypatch.context() as patch:
        patch.setattr(clean, "appointments_of", broken)
        erase_customer.customer(of_job(world.clock.now, "r", world.id), customer_id)
    left_over = str(stored(world))
    visit = of_job(world.clock.now, "r", world.id)
    for row in [one for one in stored(world) if one["pk"]["S"].endswith("#outbox")]:
        claimed = outbox.claim(row["pk"]["S"], row["sk"]["S"], visit.at)
        if claimed is not None and (claimed.body or {}).get("kind") == "customer.erased":
            reactions.react(visit, claimed)

    assert "Canary" in left_over
    assert "Canary" not in str(stored(world))
    assert find.row_of(world.id, made["id"]).status == "cancelled_by_partner"
    assert day(world) == 0
