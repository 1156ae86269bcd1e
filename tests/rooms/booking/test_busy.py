"""Busy times of several sources: the rows beside the calendar say what all of them say together, whatever happens meanwhile."""

import random
from datetime import date, timedelta
from typing import Any

import pytest

from chalicelib.booking import bitmap, busy
from chalicelib.booking.records import BusyDayRow, BusyRow
from chalicelib.plumbing import ids
from chalicelib.plumbing import table as tables
from chalicelib.plumbing.transaction import Transaction
from tests.worlds.outbox import Killed

FIRST = date(2026, 11, 22)
DAYS = 200


@pytest.fixture
def partner(table: Any, clock: Any) -> str:
    return ids.new(clock.now)


def shown(partner: str, employee: str = "e1") -> dict[date, int]:
    rows = [BusyDayRow.from_raw_data(item) for item in tables.walk("records", f"{partner}#calendar")]
    return {
        date.fromisoformat(row.sk[:10]): bitmap.from_bytes(bytes(row.busy))
        for row in rows
        if row.sk.endswith(f"#{employee}#busy")
    }


def a_mask(chance: random.Random) -> int:
    """Some busy hours on some days."""
    mask = 0
    for _ in range(chance.randrange(60)):
        mask |= bitmap.span(chance.randrange(DAYS * bitmap.DAY_ATOMS - 200), chance.randrange(1, 200))
    return mask


def by_day(masks: list[tuple[date, int]]) -> dict[date, int]:
    found: dict[date, int] = {}
    for first, mask in masks:
        for atom in bitmap.atoms_of(mask):
            day = first + timedelta(days=atom // bitmap.DAY_ATOMS)
            found[day] = found.get(day, 0) | 1 << atom % bitmap.DAY_ATOMS
    return found


def test_whatever_sources_say_in_whatever_order_their_days_add_up(partner: str) -> None:
    chance = random.Random(7)
    said: dict[str, tuple[date, int]] = {}
    busy.says(partner, "e2", "x", first_utc_day=FIRST, mask=0b1)
    for step in range(12):
        source = chance.choice("abc")
        if source in said and chance.random() < 0.3:
            said.pop(source)
            busy.forget(partner, "e1", source)
        else:
            said[source] = (FIRST + timedelta(days=step), a_mask(chance))
            busy.says(partner, "e1", source, first_utc_day=said[source][0], mask=said[source][1])

        assert shown(partner) == by_day(list(said.values()))

    for source in list(said):
        busy.forget(partner, "e1", source)
    assert shown(partner) == {}
    assert shown(partner, "e2") == {FIRST: 1}
    assert tables.get(BusyRow, f"{partner}#busy", "e1") is None


def test_the_same_again_writes_nothing(partner: str, dynamodb: Any) -> None:
    busy.says(partner, "e1", "a", first_utc_day=FIRST, mask=0xFF)
    dynamodb.asked.clear()

    busy.says(partner, "e1", "a", first_utc_day=FIRST, mask=0xFF)

    assert dynamodb.operations == ["GetItem"]
    busy.says(partner, "e1", "a", first_utc_day=FIRST, mask=0xFF << 288)
    assert dynamodb.operations[1:] == ["GetItem", "UpdateItem", "TransactWriteItems"]
    assert shown(partner) == {FIRST + timedelta(days=1): 0xFF}


def test_a_worker_that_dies_between_the_days_is_made_good_by_the_next(
    partner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    every_day = sum(1 << day * bitmap.DAY_ATOMS for day in range(DAYS))
    commit = Transaction.commit
    commits: list[int] = []

    def dies(self: Any, *more: Any) -> None:
        commits.append(len(self))
        if len(commits) == 2:
            raise Killed
        commit(self, *more)

    monkeypatch.setattr(Transaction, "commit", dies)
    with pytest.raises(Killed):
        busy.says(partner, "e1", "a", first_utc_day=FIRST, mask=every_day)
    assert len(shown(partner)) == 90

    busy.says(partner, "e1", "a", first_utc_day=FIRST, mask=every_day)

    assert len(shown(partner)) == DAYS
    assert max(commits) <= 100


def test_a_late_writer_finds_out_and_loses_nothing_of_the_other(partner: str, monkeypatch: pytest.MonkeyPatch) -> None:
    settle = busy._settle
    calls: list[int] = []

    def late(partner_id: str, row: Any) -> None:
        calls.append(int(row.revision))
        if len(calls) == 1:  # while this one was about to write, somebody else said something too
            busy.says(partner_id, "e1", "b", first_utc_day=FIRST, mask=0b10)
        settle(partner_id, row)

    monkeypatch.setattr(busy, "_settle", late)

    busy.says(partner, "e1", "a", first_utc_day=FIRST, mask=0b01)

    assert shown(partner) == {FIRST: 0b11}
    assert calls == [1, 2, 2]


def test_nobody_looks_further_ahead_than_agreed(partner: str) -> None:
    with pytest.raises(ValueError, match="too far"):
        busy.says(partner, "e1", "a", first_utc_day=FIRST, mask=1 << busy.MOST_DAYS * bitmap.DAY_ATOMS)

    assert shown(partner) == {}
