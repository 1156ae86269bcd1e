"""Thirty-two at once for one place: exactly as many get it as there is room for, and the calendar says the same."""

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from chalicelib.accounts import log_in
from chalicelib.booking import bitmap, book, days, find, move
from chalicelib.booking.records import AppointmentRow, DayRow, SeatsRow
from chalicelib.consent import find as consent
from chalicelib.plumbing import clock as product_clock
from chalicelib.plumbing import ids, limits, once, table
from chalicelib.plumbing.refusals import Conflict, TooMany, Unavailable
from chalicelib.plumbing.visit import Visit
from tests.races.conftest import FEWER_ROUNDS, ROUNDS, THREADS, race
from tests.worlds import partners

ALWAYS = "Mon-Sun 00:00-24:00"
FIRST = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def visit(world: Any, number: int, **more: Any) -> Visit:
    """Somebody at an address of their own with a form of their own."""
    at = world.clock.now
    right = once.right(ids.secret(), number, at + timedelta(hours=2))
    ip = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    return Visit(at=at, request_id=str(number), source="web", ip=ip, once=right, **more)


def booking(world: Any, number: int, start: datetime, service_id: str | None = None) -> Callable[[], Any]:
    values = {
        "service_id": service_id or world.service_id,
        "employee_id": "any",
        "start": start,
        "first_name": "Lea",
        "last_name": f"Nummer {number}",
        "email": f"lea.{number}@example.org",
        "phone": None,
        "sms": False,
        "language": None,
        "note": None,
        "answers": None,
        "accept_privacy": consent.version_in_force("privacy", world.clock.now.date()),
    }
    return partial(book.appointment, visit(world, number), world.booking_name, values)


def refused(outcome: Any) -> bool:
    return isinstance(outcome, Conflict) and outcome.code == "slot_taken"


def won(outcomes: list[Any]) -> list[dict[str, Any]]:
    """Those who got in; everybody else was told that the time is taken."""
    winners = [one for one in outcomes if isinstance(one, dict)]
    others = [(one, one.__cause__) for one in outcomes if not isinstance(one, dict) and not refused(one)]
    assert others == []
    return winners


def calendar(world: Any) -> dict[tuple[date, str], int]:
    """What is taken, day by day, as stored."""
    rows = [DayRow.from_raw_data(item) for item in table.walk("records", f"{world.id}#calendar") if "taken" in item]
    made = {}
    for row in rows:
        day, _, employee_id = row.sk.partition("#")
        made[(date.fromisoformat(day), employee_id)] = bitmap.from_bytes(bytes(row.taken))
    return made


def union(world: Any) -> dict[tuple[date, str], int]:
    """What is taken according to the appointments; an assertion that no two of them overlap."""
    made: dict[tuple[date, str], int] = {}
    sessions = set()
    for item in table.walk("records", f"{world.id}#appointments"):
        row = AppointmentRow.from_raw_data(item)
        key = (row.employee_id, row.start_at, row.service_id)
        if row.status != "confirmed" or (row.seats > 1 and key in sessions):
            continue
        sessions.add(key)
        for place, mask in days.span_of(row).masks:
            assert not made.get(place, 0) & mask, "two appointments overlap"
            made[place] = made.get(place, 0) | mask
    return made


def test_one_slot_has_one_winner(engine: Any, clock: Any) -> None:
    world = partners.a_partner(engine, clock, hours=ALWAYS)

    for number in range(ROUNDS):
        start = FIRST + timedelta(hours=number)
        outcomes = race([booking(world, number * THREADS + one, start) for one in range(THREADS)])

        assert len(won(outcomes)) == 1

    assert calendar(world) == union(world)
    assert sum(mask.bit_count() for mask in calendar(world).values()) == 9 * ROUNDS


def test_two_employees_have_two_winners(engine: Any, clock: Any) -> None:
    world = partners.a_partner(engine, clock, hours=ALWAYS, employees=2)

    for number in range(FEWER_ROUNDS):
        start = FIRST + timedelta(hours=number)
        outcomes = race([booking(world, number * THREADS + one, start) for one in range(THREADS)])

        assert sorted(one["employee"]["id"] for one in won(outcomes)) == sorted(world.employee_ids)

    assert calendar(world) == union(world)


def test_five_seats_have_five_winners(engine: Any, clock: Any) -> None:
    world = partners.a_partner(engine, clock, hours=ALWAYS, services=({"capacity": 5},))

    for number in range(FEWER_ROUNDS):
        start = FIRST + timedelta(hours=number)
        outcomes = race([booking(world, number * THREADS + one, start) for one in range(THREADS)])

        assert len(won(outcomes)) == 5

    rows = [item for item in table.walk("records", f"{world.id}#calendar") if "seats_taken" in item]
    assert [int(SeatsRow.from_raw_data(item).seats_taken) for item in rows] == [5] * FEWER_ROUNDS
    assert calendar(world) == union(world)


def test_the_last_seat_has_one_winner(engine: Any, clock: Any) -> None:
    world = partners.a_partner(engine, clock, hours=ALWAYS, services=({"capacity": 5},))

    for number in range(ROUNDS):
        start = FIRST + timedelta(hours=number)
        for seat in range(4):
            booking(world, 1_000_000 + number * 4 + seat, start)()
        outcomes = race([booking(world, number * THREADS + one, start) for one in range(THREADS)])

        assert len(won(outcomes)) == 1

    assert calendar(world) == union(world)


def test_lengths_and_buffers_that_overlap_never_do_in_the_end(engine: Any, clock: Any) -> None:
    services = (
        {"duration_minutes": 15, "interval_minutes": 5},
        {"duration_minutes": 60, "interval_minutes": 5, "buffer_before_minutes": 10},
        {"duration_minutes": 90, "interval_minutes": 5, "buffer_after_minutes": 25},
    )
    world = partners.a_partner(engine, clock, hours=ALWAYS, services=services)
    dice = random.Random(7)

    for number in range(FEWER_ROUNDS):
        morning = FIRST + timedelta(days=number)
        runners = [
            booking(
                world,
                number * THREADS + one,
                morning + timedelta(minutes=5 * dice.randrange(36)),
                dice.choice(world.service_ids),
            )
            for one in range(THREADS)
        ]
        outcomes = race(runners)

        assert won([one for one in outcomes if not isinstance(one, Unavailable)])
        assert calendar(world) == union(world)


def test_a_move_and_a_booking_never_get_the_same_time(engine: Any, clock: Any) -> None:
    world = partners.a_partner(engine, clock, hours=ALWAYS)
    moved = 0

    for number in range(FEWER_ROUNDS):
        old, new = FIRST + timedelta(days=number), FIRST + timedelta(days=number, hours=2)
        made = booking(world, 2_000_000 + number, old)()
        partner = visit(world, number, partner_id=world.id, employee_id=world.employee_id, role="owner")
        mover = partial(move.appointment, partner, made["id"], {"start": new, "employee_id": None})
        outcomes = race([mover, *(booking(world, number * THREADS + one, new) for one in range(1, THREADS))])

        assert len(won(outcomes)) == 1
        moved += find.row_of(world.id, made["id"]).start_at == new
        assert calendar(world) == union(world)

    assert calendar(world)
    assert 0 <= moved <= FEWER_ROUNDS


def test_two_moves_of_one_appointment_leave_one_time_taken(engine: Any, clock: Any) -> None:
    world = partners.a_partner(engine, clock, hours=ALWAYS)
    made = booking(world, 0, FIRST)()

    for number in range(FEWER_ROUNDS):
        runners = []
        for one in range(8):
            partner = visit(world, one, partner_id=world.id, employee_id=world.employee_id, role="owner")
            start = FIRST + timedelta(days=number, hours=one + 1)
            runners.append(partial(move.appointment, partner, made["id"], {"start": start, "employee_id": None}))
        outcomes = race(runners)

        assert [one for one in outcomes if isinstance(one, dict)]
        assert sum(mask.bit_count() for mask in calendar(world).values()) == 9
        assert calendar(world) == union(world)


@pytest.mark.parametrize("limit", [log_in.LIMIT], ids=["login"])
def test_exactly_three_logins_pass(engine: Any, clock: Any, limit: limits.Limit) -> None:
    at = product_clock.now()

    for number in range(FEWER_ROUNDS):
        outcomes = race([partial(limits.count, limit, f"10.0.0.{number}", at=at) for _ in range(THREADS)])

        assert outcomes.count(None) == 3
        assert sum(isinstance(one, TooMany) for one in outcomes) == THREADS - 3
