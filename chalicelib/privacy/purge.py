"""Remove every night what is past its date: found by an index, read again, removed by the room it belongs to, proven.

What a hold keeps waits on a shelf of its own (holds.shelf) and is due again when the hold ends. A plan is written down before it is carried out, so that a run that dies is finished by the next one with the same figures.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
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
MOST_ROWS = 200_000
LONGEST_S = 780  # the function may run for 900
_BATCH = 100  # what one consistent read of many rows takes
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
    """Remove all rows whose day has come (UTC), at most `most` a run; the rest, and what failed, is first tomorrow.

    Nothing due: one Query for each table, shard and day since the last run. With the clock set back nothing happens to
    rows whose day has not come; the days are looked at again from there. Two runs at once: one of them gives up.
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
            if plan:
                _write_down(run, plan)
                _carry_out(run, plan, today)
                left -= len(plan)
        complete = run.stuck_on is None
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
    for n in range((last - first).days + 1):
        day = first + timedelta(days=n)
        for name, _ in _TABLES:
            for shard in range(shards.EXPIRY_SHARDS):
                due = f"{day.isoformat()}#{shard}"
                batch: list[Address] = []
                for item in table.walk(name, due, index=table.EXPIRY):
                    batch.append((name, item["pk"]["S"], item["sk"]["S"], due))
                    if len(batch) == _BATCH:
                        yield batch
                        batch = []
                if batch:
                    yield batch


def _still_due(batch: list[Address]) -> list[Address]:
    kinds = dict(_TABLES)
    rows = table.get_many([(kinds[name], pk, sk) for name, pk, sk, _ in batch])
    found = zip(batch, rows, strict=True)
    return [one for one, row in found if isinstance(row, DueRow) and row.expiry_shard == one[3]]


def _write_down(run: _Run, plan: list[Address]) -> None:
    row = run.at_row
    row.run = {
        "id": run.id, "started_at": clock.text(run.started_at), "counts": run.counts, "ids_root": run.ids_root,
    }  # fmt: skip
    row.plan = [list(one) for one in plan]
    table.put(row, _unmoved(row))


def _carry_out(run: _Run, plan: list[Address], today: date) -> None:
    for name, pk, sk, due in plan:
        shelf = rooms.shelf(name, pk, sk)
        outcome = _forgotten(shelf, (name, pk, sk, due), today) if shelf else "failed"
        counts = run.counts.setdefault(shelf.retention if shelf else "unknown", dict.fromkeys(OUTCOMES, 0))
        counts[outcome] = counts.get(outcome, 0) + 1
        if outcome == "deleted":
            run.ids_root = proof.root(run.ids_root, name, pk, sk)
        if outcome == "failed":
            day = _day((name, pk, sk, due))
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
