"""Remove every night what is past its date: found by an index, read again, removed by the room it belongs to, proven.

Runs follow each other until the night's work is done (docs/adr/0021-the-purge-goes-on-through-the-night.md). What a hold keeps waits on a shelf of its own (holds.shelf) and is due again when the hold ends. A plan is written down before it is carried out, so that a run that dies is finished by the next one with the same figures.
"""

import time
from collections.abc import Iterator
from contextvars import copy_context
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby, islice
from typing import Any

from chalicelib.activity import ledger, record
from chalicelib.plumbing import clock, holds, ids, log, shards, table, trail
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.database import Stale
from chalicelib.plumbing.visit import Visit
from chalicelib.privacy import facts, proof, rooms, rules
from chalicelib.privacy.records import DueInActivity, DueInLedger, DueRow, ProofRow, PurgeRow

KEY = ("privacy", "purge")
LAUNCHED_ON = date(2026, 11, 1)  # nothing can be due before there was anything
LOOK_BACK_DAYS = 40
MOST_ROWS = 2_000_000
LONGEST_S = 780  # the function may run for 900, and the next run begins then
SIDE_BY_SIDE = 4  # partners: most of the time is spent waiting for answers
_READ = 100  # what one consistent read of many rows takes
_PLANNED = 399  # rows written down at once, some fifty kilobytes
_TABLES: tuple[tuple[str, type[DueRow]], ...] = (
    ("records", DueRow),
    ("activity", DueInActivity),
    ("ledger", DueInLedger),
)
OUTCOMES = ("deleted", "kept", "held", "failed")
Address = tuple[str, str, str, str]  # table, pk, sk, expiry_shard


@dataclass(slots=True)
class _Run:
    id: str
    started_at: datetime
    at_row: PurgeRow
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    ids_root: str = ""
    stuck_on: date | None = None  # the first day that must be looked at again
    overdue: int = 0  # rows that should have gone a night ago, or longer, and are still there

    def total(self, outcome: str) -> int:
        return sum(one.get(outcome, 0) for one in self.counts.values())


def everything(visit: Visit, *, most: int = MOST_ROWS) -> dict[str, Any]:
    """Remove all rows whose day has come (UTC), at most `most` a run; the rest, and what failed, is first in the next one.

    Nothing due: one Query for each table, shard and day since the last run; and where the day's work is proven already, no
    further proof. With the clock set back nothing happens to rows whose day has not come; the days are looked at again
    from there. Two runs at once: one of them gives up.
    """
    today, began = visit.at.date(), time.monotonic()
    run, planned = _begin(visit, today)
    try:
        _carry_out(run, planned, today)
        first = run.at_row.next_on if run.at_row.next_on <= today else today - timedelta(days=LOOK_BACK_DAYS)
        left = most
        for batch in _due(first, today):
            if left <= 0 or time.monotonic() - began > LONGEST_S:
                run.stuck_on = run.stuck_on or _day(batch[0])
                break
            plan = _still_due(batch)
            if len(plan) > left:
                run.stuck_on = run.stuck_on or _day(batch[0])
            if plan := plan[:left]:
                _write_down(run, plan)
                _carry_out(run, plan, today)
                left -= len(plan)
        complete = run.stuck_on is None
        if run.counts or not complete or run.at_row.done_on != today:
            _prove(visit, run, today)
    except Stale:
        log.warning("purge.overtaken", run_id=run.id)
        return {"run_id": run.id, "overtaken": True}
    if not complete:
        log.warning("purge.incomplete", run_id=run.id, failed=run.total("failed"), stuck_on=str(run.stuck_on))
    if run.stuck_on is not None and run.stuck_on < today:
        log.warning("purge.overdue", run_id=run.id, rows=run.overdue, since=str(run.stuck_on))
    trail.count("PurgeOverdue", max(run.overdue, int(run.stuck_on is not None and run.stuck_on < today)))
    figures = {outcome: run.total(outcome) for outcome in OUTCOMES}
    return {"run_id": run.id, "complete": complete, "overdue": run.overdue, **figures}


def _begin(visit: Visit, today: date) -> tuple[_Run, list[Address]]:
    row = table.get(PurgeRow, *KEY)
    if row is None:
        row = PurgeRow(
            *KEY, version=0, next_on=min(LAUNCHED_ON, today - timedelta(days=LOOK_BACK_DAYS)), proofs=0, last_hash=""
        )
    if row.run is None:
        return _Run(ids.new(visit.at), visit.at, row), []
    begun = row.run
    run = _Run(begun["id"], clock.parse(begun["started_at"]), row, begun["counts"], begun["ids_root"])
    return run, [(one[0], one[1], one[2], one[3]) for one in row.plan or []]


def _due(first: date, last: date) -> Iterator[list[Address]]:
    """What the indexes say is due, day by day; each batch holds rows of several tables, so that none has to bear it all."""
    for n in range((last - first).days + 1):
        day = first + timedelta(days=n)
        dues = [f"{day.isoformat()}#{shard}" for shard in range(shards.EXPIRY_SHARDS)]
        by_table = [_listed(name, dues) for name, _ in _TABLES]
        while batch := [one for rows in by_table for one in islice(rows, _PLANNED // len(_TABLES))]:
            yield batch


def _listed(name: str, dues: list[str]) -> Iterator[Address]:
    for due in dues:
        for item in table.walk(name, due, index=table.EXPIRY):
            yield name, item["pk"]["S"], item["sk"]["S"], due


def _still_due(batch: list[Address]) -> list[Address]:
    kinds, left = dict(_TABLES), []
    for begin in range(0, len(batch), _READ):
        some = batch[begin : begin + _READ]
        rows = table.get_many([(kinds[name], pk, sk) for name, pk, sk, _ in some])
        left += [
            one for one, row in zip(some, rows, strict=True) if isinstance(row, DueRow) and row.expiry_shard == one[3]
        ]
    return left


def _write_down(run: _Run, plan: list[Address]) -> None:
    row = run.at_row
    row.run = {
        "id": run.id, "started_at": clock.text(run.started_at), "counts": run.counts, "ids_root": run.ids_root,
    }  # fmt: skip
    row.plan = [list(one) for one in plan]
    table.put(row, _unmoved(row))


def _carry_out(run: _Run, plan: list[Address], today: date) -> None:
    """Partners side by side, each one's rows in their order: two transactions that ask for the same hold get in each other's way."""
    from concurrent.futures import ThreadPoolExecutor

    parts = [list(rows) for _, rows in groupby(plan, lambda one: (one[0], one[1].partition("#")[0]))]
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        asked = [pool.submit(copy_context().run, _outcomes, rows, today) for rows in parts]
        for done in asked:
            for shelf, one, outcome in done.result():
                _note(run, shelf, one, outcome, today)


def _outcomes(plan: list[Address], today: date) -> list[tuple[rooms.Shelf | None, Address, str]]:
    """What became of each row, in their order; what a shelf can remove at once goes at once."""
    found: list[tuple[rooms.Shelf | None, Address, str]] = []
    for (shelf, *_), same in groupby(plan, lambda one: (rooms.shelf(*one), one[1], one[3])):
        some, most = list(same), shelf.at_once if shelf else 1
        for begin in range(0, len(some), most):
            rows = some[begin : begin + most]
            if shelf is None:
                outcomes = ["failed"]
            elif len(rows) > 1 and _gone_together(shelf, rows, today):
                outcomes = ["deleted"] * len(rows)
            else:
                outcomes = [_forgotten(shelf, one, today) for one in rows]
            found += [(shelf, one, outcome) for one, outcome in zip(rows, outcomes, strict=True)]
    return found


def _gone_together(shelf: rooms.Shelf, rows: list[Address], today: date) -> bool:
    """False: none is gone, and one by one it is seen which one resists, is held, or was gone before a crash."""
    assert shelf.together is not None
    _, pk, _, due = rows[0]
    try:
        return shelf.together(pk, [sk for _, _, sk, _ in rows], due, today)
    except Exception:  # noqa: BLE001 - asked for one by one, what resists is logged
        return False


def _note(run: _Run, shelf: rooms.Shelf | None, one: Address, outcome: str, today: date) -> None:
    counts = run.counts.setdefault(shelf.retention if shelf else "unknown", dict.fromkeys(OUTCOMES, 0))
    counts[outcome] = counts.get(outcome, 0) + 1
    if outcome == "deleted":
        run.ids_root = proof.root(run.ids_root, *one[:3])
    if outcome == "failed":
        day = _day(one)
        run.stuck_on = run.stuck_on or day
        run.overdue += day < today


def _forgotten(shelf: rooms.Shelf, one: Address, today: date) -> str:
    _, pk, sk, due = one
    try:
        return "deleted" if shelf.forget(pk, sk, due, today) else _kept(one)
    except holds.Held as held:
        return _put_aside(one, held.scope)
    except Exception as problem:  # noqa: BLE001 - one row that resists must not keep all others
        log.error("purge.row_failed", problem, retention=shelf.retention)
        return "failed"


def _put_aside(one: Address, scope: str) -> str:
    name, pk, sk, due = one
    waits = holds.shelf(pk.partition("#")[0], scope)
    try:
        table.update(dict(_TABLES)[name](pk, sk), [DueRow.expiry_shard.set(waits)], DueRow.expiry_shard == due)
    except Stale:
        return _kept(one)
    return "held"


def _kept(one: Address) -> str:
    """`held` where the run that died had put the row aside already, so that its figures come out the same."""
    name, pk, sk, _ = one
    row = table.get(dict(_TABLES)[name], pk, sk)
    return "held" if row is not None and str(row.expiry_shard).startswith("held#") else "kept"


def _prove(visit: Visit, run: _Run, today: date) -> None:
    row = run.at_row
    number, complete = int(row.proofs) + 1, run.stuck_on is None
    said: dict[str, Any] = {
        "run_id": run.id, "started_at": run.started_at, "cut_off": today, "complete": complete, "counts": run.counts,
        "failed": run.total("failed"), "ids_root": run.ids_root, "prev_hash": row.last_hash,
    }  # fmt: skip
    condition = _unmoved(row)
    row.next_on = today if run.stuck_on is None else min(run.stuck_on, today)
    row.done_on = today if complete else None
    row.proofs, row.last_hash, row.run, row.plan = number, proof.hashed(number, **said), None, None
    change = Change(visit)
    change.put(row, condition)
    until = rules.keep_until("proof", today)
    goes_on = shards.expires_on(until + timedelta(days=1), "purges")
    proved = ProofRow("purges", f"{number:010d}", hash=row.last_hash, keep_until=until, expiry_shard=goes_on, **said)
    change.put_new(proved)
    figures = {outcome: run.total(outcome) for outcome in OUTCOMES}
    record.fact(change, visit, facts.PURGED, subject=("purge", run.id), detail=figures, ledger=ledger.mark(proved))
    change.done()


def _unmoved(row: PurgeRow) -> Any:
    before = int(row.version)
    row.version = before + 1
    return PurgeRow.version == before if before else PurgeRow.pk.does_not_exist()


def _day(one: Address) -> date:
    return date.fromisoformat(one[3][:10])
