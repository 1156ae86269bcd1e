"""Rows that go by TTL may linger for two days; whoever reads them looks at the time."""

from datetime import timedelta
from typing import Any

from chalicelib.plumbing import keyring, sessions
from tests.worlds.partners import a_partner


def test_a_session_that_is_over_is_no_session_though_its_row_is_still_there(table: Any, clock: Any) -> None:
    world = a_partner(table, clock)
    start = clock.now
    alive = world.owner.get("/activity").status
    for hours in range(1, 13):  # used every hour, so that only its whole life is over
        clock.set(start + timedelta(hours=hours) - timedelta(milliseconds=1))
        last = world.owner.get("/activity").status

    clock.set(start + sessions.LONGEST)
    over = world.owner.get("/activity")

    assert (alive, last) == (200, 200)
    assert (over.status, over.json["code"]) == (401, "session_over")
    employee_id, _, secret = world.owner.cookies[sessions.COOKIE].partition(".")
    assert table.get(sessions.SessionRow, f"session#{employee_id}", keyring.digest(secret)) is not None


def test_an_idle_session_is_over_after_two_hours(table: Any, clock: Any) -> None:
    world = a_partner(table, clock)
    start = clock.now

    clock.set(start + sessions.IDLE - timedelta(milliseconds=1))
    just = sessions.find(world.owner.cookies[sessions.COOKIE], start + sessions.IDLE - timedelta(milliseconds=1))
    late = sessions.find(world.owner.cookies[sessions.COOKIE], clock.now + sessions.IDLE)

    assert just is not None
    assert late is None


def test_a_form_that_is_over_is_refused_whatever_the_guard_still_holds(table: Any, clock: Any) -> None:
    from tests.worlds.visitor import Visitor

    visitor = Visitor()
    issued = visitor.issue("login")
    fresh = visitor.submit(issued, email="nobody@example.org", password="wrong-password")

    clock.set(clock.now + timedelta(days=2))
    stale = visitor.submit(issued, email="nobody@example.org", password="wrong-password")

    assert fresh.status == 401
    assert (stale.status, stale.json["code"]) == (400, "form_token_invalid")
