"""Transactions, limits and forms on a real table."""

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.accounts import version
from chalicelib.accounts.records import VersionRow
from chalicelib.plumbing import clock as product_clock
from chalicelib.plumbing import limits
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.database import Stale
from chalicelib.plumbing.refusals import TooMany, Unavailable
from chalicelib.plumbing.visit import of_job


def test_a_failed_condition_speaks_and_nothing_is_written(table: Any) -> None:
    visit = of_job(product_clock.now(), "r")
    change = Change(visit)
    version.bump(change, "p")
    change.done()
    late = Change(visit)
    version.unchanged(late, "p", 0)
    version.bump(late, "q")

    with pytest.raises(Stale):
        late.done()

    assert version.current("p") == 1
    assert version.current("q") == 0


def test_the_fourth_attempt_waits_exactly_until_the_first_is_five_minutes_old(table: Any, clock: Any) -> None:
    limit = limits.Limit("login", 3, 300, "ip_address")
    start = clock.now
    for second in (0, 10, 20):
        limits.count(limit, "a", at=start + timedelta(seconds=second))

    with pytest.raises(TooMany) as refused:
        limits.count(limit, "a", at=start + timedelta(seconds=30))
    limits.count(limit, "b", at=start + timedelta(seconds=30))

    assert refused.value.retry_after_s == 270
    with pytest.raises(TooMany):
        limits.count(limit, "a", at=start + timedelta(milliseconds=299_999))
    limits.count(limit, "a", at=start + timedelta(seconds=300))
    with pytest.raises(TooMany):
        limits.count(limit, "a", at=start + timedelta(seconds=301))


def test_a_token_used_for_other_content_speaks_as_the_first_write_would(table: Any) -> None:
    visit = of_job(product_clock.now(), "r")
    for number in (0, 1):
        change = Change(visit)
        change.put(VersionRow("p", "#version", number=number), lost=KeyError)

        if number == 0:
            change.commit("token")
        else:
            with pytest.raises(KeyError):
                change.commit("token")


def test_conflicts_are_tried_again_and_then_given_up(dynamodb: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    cancelled = ClientError(
        {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": [{"Code": "TransactionConflict"}]},
        "TransactWriteItems",
    )
    left = [3]

    def breaker(operation: str, params: dict[str, Any]) -> None:
        if operation == "TransactWriteItems" and left[0]:
            left[0] -= 1
            raise cancelled

    with dynamodb.breaking(breaker):
        first = Change(of_job(product_clock.now(), "r"))
        version.bump(first, "p")
        first.done()
        left[0] = 99
        second = Change(of_job(product_clock.now(), "r"))
        version.bump(second, "p")
        with pytest.raises(Unavailable):
            second.done()

    assert version.current("p") == 1
