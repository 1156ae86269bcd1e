"""The only way out: what is to be done outside or later waits here, is claimed by one worker, and ends visibly."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from chalicelib.activity import rules
from chalicelib.activity.records import OutboxRow
from chalicelib.plumbing import clock, cursors, ids, shards, table, trail
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.database import Stale
from chalicelib.plumbing.transaction import Transaction
from chalicelib.plumbing.visit import Visit

Row = OutboxRow
"""What a worker holds in its hands."""
CLAIMED = "claimed"


def partition(partner_id: str) -> str:
    """The partition of a partner's outbox."""
    return f"{partner_id}#outbox"


def add(
    change: Change,
    visit: Visit,
    task: str,
    body: Mapping[str, Any],
    *,
    row_id: str,
    due_at: datetime,
    subject: tuple[str, str] | None = None,
    new: bool = False,
) -> None:
    """Put a row into the outbox with `change`; what is due now is queued right after the commit.

    The same `row_id` never becomes two rows: with `new`, an existing row is a `Stale` of the change.
    """
    pk = partition(visit.partner)
    row = OutboxRow(
        pk,
        row_id,
        task=task,
        correlation_id=trail.correlation_id(),
        state="waiting",
        body=dict(body),
        created_at=visit.at,
        planned_at=due_at,
        due_at=due_at,
        due_shard=f"due#{shards.of(row_id)}",
        attempts=0,
        subject_kind=subject[0] if subject else None,
        subject_id=subject[1] if subject else None,
        expiry_shard=shards.expires_on((max(due_at, visit.at) + timedelta(days=rules.KEEP_OUTBOX_DAYS)).date(), pk),
    )
    if new:
        change.put_new(row)
    else:
        change.put(row)
    if due_at <= visit.at:
        change.hurry(pk, row_id)


def hold(visit: Visit, task: str, body: Mapping[str, Any], *, row_id: str) -> OutboxRow:
    """Put down what this process is about to do, claimed by itself: when the lease ends, whoever finds the row goes on."""
    pk, at = partition(visit.partner), clock.now()
    row = OutboxRow(
        pk,
        row_id,
        task=task,
        correlation_id=trail.correlation_id(),
        state=CLAIMED,
        claim=ids.secret(),
        body=dict(body),
        created_at=at,
        planned_at=at + rules.LEASE,
        due_at=at + rules.LEASE,
        due_shard=f"due#{shards.of(row_id)}",
        attempts=0,
        expiry_shard=shards.expires_on((at + timedelta(days=rules.KEEP_OUTBOX_DAYS)).date(), pk),
    )
    table.put(row)
    return row


def hasten(change: Change, visit: Visit, row_id: str) -> None:
    """Let a row that waits be due now, with `change`; a worker that has it in its hands already makes that a Stale."""
    pk = partition(visit.partner)
    change.update(OutboxRow(pk, row_id), [OutboxRow.due_at.set(visit.at)], OutboxRow.state == "waiting")
    change.hurry(pk, row_id)


def due(at: datetime, *, most: int = 5000) -> list[tuple[str, str]]:
    """The addresses of all rows due at `at`, the longest waiting first; one Query for each shard when nothing is due.

    How long the first of them has waited is counted for the operator.
    """
    found: list[tuple[str, str, str]] = []
    for shard in range(shards.SHARDS):
        for item in table.walk("records", f"due#{shard}", last=clock.text(at), index=table.DUE):
            found.append((item["due_at"]["S"], item["pk"]["S"], item["sk"]["S"]))
            if len(found) >= most:
                break
    found.sort()
    trail.count("OutboxOldestDue", max(0.0, (at - clock.parse(found[0][0])).total_seconds()) if found else 0)
    return [(pk, sk) for _, pk, sk in found]


def claim(pk: str, sk: str, at: datetime) -> OutboxRow | None:
    """Take a row for this worker alone, or None when it is done, not due, or in other hands.

    The claim is a lease: should the worker die, the row is due again when the lease ends.
    """
    token = ids.secret()
    row = OutboxRow(pk, sk)
    try:
        raw = table.update(
            row,
            [
                OutboxRow.was.set(OutboxRow.state),
                OutboxRow.state.set(CLAIMED),
                OutboxRow.claim.set(token),
                OutboxRow.due_at.set(at + rules.LEASE),
                OutboxRow.attempts.add(1),
                OutboxRow.tried_at.set(OutboxRow.tried_at | at),
            ],
            OutboxRow.due_shard.exists() & (OutboxRow.due_at <= at),
        )
    except Stale:
        return None
    return OutboxRow.from_raw_data(raw)


def finish(
    change: Transaction,
    row: OutboxRow,
    at: datetime,
    *,
    state: str,
    outcome: str,
    provider_id: str | None = None,
    parts: int | None = None,
    lookup: str | None = None,
) -> None:
    """End a claimed row with `change`: done, failed or dropped. It leaves the index, and what it said is forgotten."""
    actions = [
        OutboxRow.state.set(state),
        OutboxRow.outcome.set(outcome),
        OutboxRow.finished_at.set(at),
        OutboxRow.due_at.remove(),
        OutboxRow.due_shard.remove(),
        OutboxRow.claim.remove(),
        OutboxRow.body.remove(),
    ]
    if provider_id is not None:
        actions.append(OutboxRow.provider_id.set(provider_id))
    if parts is not None:
        actions.append(OutboxRow.parts.set(parts))
    if lookup is not None:
        actions += [OutboxRow.lookup.set(lookup), OutboxRow.lookup_at.set(clock.text(at))]
    change.update(row, actions, OutboxRow.claim == row.claim)


def told(change: Transaction, row: OutboxRow, at: datetime) -> None:
    """Keep with `change` that a try at `at`, which is not the last, told the vendor something."""
    row.told_at = [*(row.told_at or ()), clock.text(at)]
    change.update(row, [OutboxRow.told_at.set(row.told_at)], OutboxRow.claim == row.claim)


def remove(change: Transaction, row: OutboxRow) -> None:
    """Let a claimed row go with `change`, where nobody will ever ask what came of it. In other hands by now: Stale."""
    change.delete(row, OutboxRow.claim == row.claim)


def postpone(
    row: OutboxRow, at: datetime, *, until: datetime, outcome: str, surely_not_done: bool, planned: bool = False
) -> None:
    """Give a claimed row back: it is due again at `until`. Raises Stale when it is in other hands by now.

    Unless it is `surely_not_done`, the row keeps the instant since when nobody knows (`tried_at`). `planned` says that it
    is not late: it was meant to wait.
    """
    actions = [
        OutboxRow.state.set("waiting"),
        OutboxRow.outcome.set(outcome),
        OutboxRow.due_at.set(max(until, at + timedelta(seconds=1))),
        OutboxRow.claim.remove(),
        # What is tried for a year, an erasure that meets a hold, must not be past its own date meanwhile.
        OutboxRow.expiry_shard.set(shards.expires_on((until + timedelta(days=rules.KEEP_OUTBOX_DAYS)).date(), row.pk)),
    ]
    if surely_not_done:
        actions.append(OutboxRow.tried_at.remove())
    if planned:
        actions.append(OutboxRow.planned_at.set(until))
    table.update(row, actions, OutboxRow.claim == row.claim)


def keep(row: OutboxRow, body: Mapping[str, Any]) -> None:
    """Let a claimed row say something else, for whoever goes on after a crash. Raises Stale when it is in other hands by now."""
    row.body = dict(body)
    table.update(row, [OutboxRow.body.set(row.body)], OutboxRow.claim == row.claim)


def rows(addresses: Sequence[tuple[str, str]]) -> list[OutboxRow | None]:
    """Some rows (at most 100) in the order asked for, None where there is none; one request."""
    found = table.get_many([(OutboxRow, pk, sk) for pk, sk in addresses]) if addresses else []
    return [row if isinstance(row, OutboxRow) else None for row in found]


def of_task(partner_id: str, task: str) -> list[OutboxRow]:
    """All rows of a task that a partner has, finished or not, the oldest first."""
    found = (OutboxRow.from_raw_data(item) for item in table.walk("records", partition(partner_id)))
    return [row for row in found if row.task == task]


def newest(
    partner_id: str,
    *,
    tasks: Collection[str],
    limit: int,
    cursor: str | None,
    wanted: Callable[[OutboxRow], bool] = lambda _: True,
) -> tuple[list[OutboxRow], str | None]:
    """Rows of some tasks that are `wanted`, the newest ids first, and where to go on; Malformed for a cursor not ours.

    Other rows lie in between, so this may take several requests, at most ten; then the page is short.
    """
    pk = partition(partner_id)
    start_key = cursors.read(pk, cursor)
    found: list[OutboxRow] = []
    for _ in range(10):
        page = table.page("records", pk, newest_first=True, limit=limit * 2, start_key=start_key)
        for place, item in enumerate(page.items, 1):
            if item["task"]["S"] in tasks and wanted(row := OutboxRow.from_raw_data(item)):
                found.append(row)
            if len(found) == limit:
                more = page.next_key is not None or place < len(page.items)
                return found, cursors.write(pk, {"pk": item["pk"], "sk": item["sk"]} if more else None)
        start_key = page.next_key
        if start_key is None:
            return found, None
    return found, cursors.write(pk, start_key)


def every(partner_id: str) -> Iterator[OutboxRow]:
    """All rows of a partner, in the order of their ids, page by page."""
    for item in table.walk("records", partition(partner_id)):
        yield OutboxRow.from_raw_data(item)


def note_delivery(
    change: Transaction,
    row: OutboxRow,
    at: datetime,
    *,
    delivery: str,
    told_at: datetime | None,
    provider_id: str,
) -> None:
    """Write what a vendor reported on a row with `change`; Stale when the row has changed since it was read.

    A row that waits to be tried again had arrived after all, so it is done.
    """
    actions = [OutboxRow.delivery.set(delivery), OutboxRow.provider_id.set(provider_id)]
    if told_at is not None:
        actions.append(OutboxRow.delivery_at.set(told_at))
    if row.state == "waiting":
        actions += [
            OutboxRow.state.set("done"),
            OutboxRow.outcome.set("reported"),
            OutboxRow.finished_at.set(at),
            OutboxRow.due_at.remove(),
            OutboxRow.due_shard.remove(),
            OutboxRow.body.remove(),
        ]
    unchanged = OutboxRow.state == row.state
    same = OutboxRow.delivery == row.delivery if row.delivery is not None else OutboxRow.delivery.does_not_exist()
    change.update(row, actions, unchanged & same)
