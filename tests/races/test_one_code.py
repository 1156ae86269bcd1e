"""Thirty-two browsers with one code at the same moment: exactly one of them gets in."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from chalicelib.accounts import halfway, log_in_code, logins, recovery, second_factor, totp
from chalicelib.accounts.records import LoginRow
from chalicelib.plumbing import ids, limits, once, sessions, table
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.refusals import Unavailable, Unknown
from chalicelib.plumbing.visit import Visit
from tests.races.conftest import FEWER_ROUNDS, THREADS, race
from tests.worlds import partners

SECRET = totp.text(b"12345678901234567890")


def _visit(at: Any, number: int, browser: str) -> Visit:
    right = once.right(ids.secret(), number, at + timedelta(hours=2))
    return Visit(
        at=at,
        request_id=str(number),
        source="web",
        ip=f"10.0.{number >> 8}.{number & 255}",
        once=right,
        browser=browser,
    )


@pytest.mark.parametrize("how", ["code", "recovery"])
def test_one_code_opens_one_session(engine: Any, clock: Any, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    # The bound for each person would decide otherwise; this race is about what lies behind it.
    monkeypatch.setattr(second_factor, "LIMIT", limits.Limit("second_factor_code", 10_000, 1, "employee"))
    monkeypatch.setattr(limits, "count", lambda *_, **__: None)
    world = partners.a_partner(table, clock)
    row = logins.of(world.emails[world.owner_id])
    assert row is not None

    for number in range(FEWER_ROUNDS):
        codes, stored = recovery.made()
        at = clock.now + timedelta(minutes=number)
        clock.set(at)
        table.update(
            row,
            [
                LoginRow.factor_secret.set(SECRET),
                LoginRow.factor_since.set(at),
                LoginRow.factor_step.set(1),
                LoginRow.factor_codes.set(stored),
            ],
        )
        given = totp.code(totp.secret(SECRET), totp.step(at)) if how == "code" else codes[0]
        visits = [_visit(at, one, f"{number}-{one}") for one in range(THREADS)]
        for visit in visits:
            change = Change(Visit(at=at, request_id="begin", source="web"))
            halfway.begin(change, visit, row, password_hash=row.password_hash)
            change.done()

        before = len(sessions.living(world.owner_id, at))
        outcomes = race([partial(log_in_code.employee, visit, given) for visit in visits])

        assert sum(isinstance(one, dict) for one in outcomes) == 1, outcomes
        refused = [one for one in outcomes if not isinstance(one, dict)]
        assert all(isinstance(one, Unknown | Unavailable) for one in refused), refused
        assert len(sessions.living(world.owner_id, at)) == before + 1


def test_one_browser_has_three_tries_however_many_it_sends_at_once(
    engine: Any, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = partners.a_partner(table, clock)
    row = logins.of(world.emails[world.owner_id])
    assert row is not None
    visit = _visit(clock.now, 1, "one")
    change = Change(Visit(at=clock.now, request_id="begin", source="web"))
    halfway.begin(change, visit, row, password_hash=row.password_hash)
    change.done()

    outcomes = race([partial(halfway.tried, visit)] * THREADS)

    tries = sorted(int(one.tries) for one in outcomes if not isinstance(one, Exception))
    assert tries == [1, 2, 3]
