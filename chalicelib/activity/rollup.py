"""Close finished days: seal each partner's facts of a day into its chain, and count them without persons.

Whose facts a day holds is asked of the `expiry` index: the facts of a day stand together there (due.of_day).
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from chalicelib.activity import chain, due, facts, find, record, rules, zones
from chalicelib.activity.records import CountRow, FactRow, RollupRow, SealRow
from chalicelib.activity.tally import Tally
from chalicelib.plumbing import clock, shards, table
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.database import Stale
from chalicelib.plumbing.transaction import Transaction
from chalicelib.plumbing.visit import Visit

KEY = ("rollup", "progress")
# A fact carries the instant at which its visit began; the longest visit is a job of fifteen minutes.
MARGIN = timedelta(minutes=30)
FIRST_RUN_DAYS = 40
MOST_PARTNERS = 3000


def everything(visit: Visit, *, most: int = MOST_PARTNERS) -> dict[str, Any]:
    """Close every day that is over and not closed yet, at most `most` partners a run; the next run goes on from there.

    Nothing to close: one read. A day without facts: two Queries for each shard. Running it again changes nothing.
    """
    today = (visit.at - MARGIN).date()
    progress = table.get(RollupRow, *KEY) or RollupRow(*KEY, next_on=today - timedelta(days=FIRST_RUN_DAYS), shard=0)
    days = partners = 0
    if progress.next_on > today:  # the clock was set back: the days that come now are not over, whatever we did
        _save(progress, today)
    while progress.next_on < today:
        on, counted = progress.next_on, 0
        for shard in range(int(progress.shard), shards.EXPIRY_SHARDS):
            progress.shard = shard
            for partner_id in _partners(on, shard, progress.after):
                if partners >= most:
                    table.put(progress)
                    return {"days": days, "partners": partners, "complete": False}
                _close(partner_id, on, visit.at)
                progress.after = partner_id
                partners += 1
                counted += 1
            progress.after = None
        days += 1
        _move_on(visit, progress, on, counted)
    if days:
        table.put(progress)
    return {"days": days, "partners": partners, "complete": True}


def closed_before(at: datetime) -> date:
    """The first day whose facts must be counted one by one at `at`: all days before it are counted. One read."""
    progress = table.get(RollupRow, *KEY)
    return min(progress.next_on, at.date()) if progress else date.min


def _partners(on: date, shard: int, after: str | None) -> Iterator[str]:
    last = after
    for partner_id, _ in due.of_day(on, shard, after=after):
        if partner_id != last:
            last = partner_id
            yield partner_id


def _close(partner_id: str, on: date, at: datetime) -> None:
    zone, tally, leaves = zones.of(partner_id), Tally(), []
    for row in find.rows(partner_id, _midnight(on), _midnight(on + timedelta(days=1))):
        tally.add(at=row.at, kind=row.kind, source=row.source, detail=row.detail, zone=zone)
        leaves.append(chain.leaf(as_json(row)))
    if not leaves:
        return
    counts, parts = tally.stored()
    goes_on = clock.months_later(on, rules.KEEP_COUNTS_MONTHS)
    count = CountRow(
        partner_id, f"count#{on}", counts=counts, parts=parts, expiry_shard=shards.expires_on(goes_on, partner_id)
    )
    sealed = table.page("activity", partner_id, first="seal#", last=f"seal#{on}", newest_first=True, limit=1).items
    last = SealRow.from_raw_data(sealed[0]) if sealed else None
    change = Transaction()
    change.put(count)
    if last is None or last.sk != f"seal#{on}":
        previous = last.hash if last else ""
        seal, number = chain.seal(partner_id, on, leaves, previous=previous)
        change.put_new(SealRow(partner_id, f"seal#{on}", facts=number, hash=seal, previous=previous, sealed_at=at))
    try:
        change.commit()
    except Stale:  # another run was faster and saw the same facts
        return


def _move_on(visit: Visit, progress: RollupRow, on: date, partners: int) -> None:
    progress.next_on, progress.shard, progress.after = on + timedelta(days=1), 0, None
    if partners:
        change = Change(visit)
        change.put(progress)
        record.fact(change, visit, facts.SEALED, detail={"day": on.isoformat(), "partners": partners})
        change.done()


def _save(progress: RollupRow, today: date) -> None:
    progress.next_on, progress.shard, progress.after = today, 0, None
    table.put(progress)


def as_json(row: FactRow) -> dict[str, Any]:
    """A fact as the JSON values that its hash is made of."""
    made = {
        name: getattr(row, name)
        for name in ("pk", "sk", "kind", "source", "subject_kind", "subject_id", "salt", "ledger")
    }
    return {**made, "at": clock.text(row.at), **{n: row.hashable(n) for n in (*chain.VEILABLE, "veiled")}}


def _midnight(on: date) -> datetime:
    return datetime.combine(on, time(), UTC)
