"""Remove a row of the ledger whose last day has passed, with the fact that says so; earlier than that nothing removes one."""

from datetime import date
from typing import Any

from chalicelib.activity import facts, ledger, record
from chalicelib.plumbing import clock, holds, table
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.database import Stale
from chalicelib.plumbing.holds import HoldRow
from chalicelib.plumbing.rows import Record
from chalicelib.plumbing.visit import of_job


def row(
    kind: Any, pk: str, sk: str, due: str, *, partner_id: str, today: date, held: bool = True
) -> bool:  # fmt: skip
    """Whether the row is gone. False: it has another date by now, or `keep_until` has not passed. Raises holds.Held.

    `kind` is a record with `keep_until`; a hold on the account of `partner_id` keeps it, unless it is not `held` by any.
    """
    change = Change(of_job(clock.now(), "purge"))
    change.delete(kind(pk, sk), (HoldRow.expiry_shard == due) & (kind.keep_until < today))
    if held:
        holds.check(change, partner_id, (holds.ACCOUNT,), today)
    add(change, kind(pk, sk))
    try:
        change.commit()
    except Stale:
        return table.get(kind, pk, sk) is None
    return True


def add(change: Change, gone: Record) -> None:
    """Let `change`, which removes a row of the ledger, say so."""
    visit = of_job(clock.now(), "purge")
    record.fact(change, visit, facts.LEDGER_EXPIRED, ledger=ledger.gone(gone))
