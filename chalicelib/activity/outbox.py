"""The only way out: what is to be done outside or later waits here, is claimed by one worker, and ends visibly."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from chalicelib.activity import rules
from chalicelib.activity.records import OutboxRow
from chalicelib.plumbing import clock, ids, table
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.visit import Visit


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

    The same `row_id` never becomes two rows: with `new`, an existing row is a `table.Stale` of the change.
    """
    pk = partition(visit.partner)
    row = OutboxRow(
        pk,
        row_id,
        task=task,
        state="waiting",
        body=dict(body),
        created_at=visit.at,
        planned_at=due_at,
        due_at=due_at,
        due_shard=f"due#{table.shard(row_id)}",
        attempts=0,
        subject_kind=subject[0] if subject else None,
        subject_id=subject[1] if subject else None,
        expiry_shard=table.expires_on((max(due_at, visit.at) + timedelta(days=rules.KEEP_OUTBOX_DAYS)).date(), pk),
    )
    if new:
        change.put_new(row)
    else:
        change.put(row)
    if due_at <= visit.at:
        change.hurry(pk, row_id)


def due(at: datetime, *, most: int = 5000) -> list[tuple[str, str]]:
    """The addresses of all rows due at `at`, the longest waiting first; one Query for each shard when nothing is due."""
    found: list[tuple[str, str, str]] = []
    for shard in range(table.SHARDS):
        for item in table.walk("records", f"due#{shard}", last=clock.text(at), index=table.DUE):
            found.append((item["due_at"]["S"], item["pk"]["S"], item["sk"]["S"]))
            if len(found) >= most:
                break
    return [(pk, sk) for _, pk, sk in sorted(found)]


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
                OutboxRow.state.set("claimed"),
                OutboxRow.claim.set(token),
                OutboxRow.due_at.set(at + rules.LEASE),
                OutboxRow.attempts.add(1),
            ],
            OutboxRow.due_shard.exists() & (OutboxRow.due_at <= at),
        )
    except table.Stale:
        return None
    return OutboxRow.from_raw_data(raw)


def finish(
    change: table.Transaction,
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


def postpone(row: OutboxRow, at: datetime, *, until: datetime, outcome: str) -> None:
    """Give a claimed row back: it is due again at `until`."""
    table.update(
        row,
        [
            OutboxRow.state.set("waiting"),
            OutboxRow.outcome.set(outcome),
            OutboxRow.due_at.set(max(until, at + timedelta(seconds=1))),
            OutboxRow.claim.remove(),
        ],
        OutboxRow.claim == row.claim,
    )
