"""The life of a file that was brought, as its outbox row leads it: handed to a worker, looked after until it ends, removed after a day."""

from datetime import date, datetime, timedelta

from chalicelib.activity import outbox, record
from chalicelib.exchange import facts, import_rules, store
from chalicelib.exchange.records import ImportingRow, ImportRow
from chalicelib.plumbing import queue, table
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.transaction import Transaction
from chalicelib.plumbing.visit import Visit

TASK = "import"
RUNNING = "running"
_AGAIN = timedelta(seconds=30)


def brought(visit: Visit, row: outbox.Row) -> None:
    """Do what the file that `row` is about needs now, and come back when it needs something else.

    What has begun to be taken in is taken in to the end, or given back whole, however often a worker dies of it. Raises
    Stale when another worker has the row by now.
    """
    sk = str((row.body or {})["import"])
    pk = partition(visit.partner)
    found = table.get(ImportRow, pk, sk)
    if found is None or (found.state not in import_rules.RUNNING and found.expires_at is None):
        _end(visit, row, Change(visit), outcome="over")
    elif found.state not in import_rules.RUNNING and found.expires_at is not None:
        _look_after(visit, row, found, until=found.expires_at)
    elif not found.phase and int(found.tries) >= import_rules.MOST_TRIES:
        change = Change(visit)
        give_up(change, visit, found)
        _end(visit, row, change, outcome="failed")
    elif queue.hand_over((pk, sk)):
        outbox.postpone(row, visit.at, until=visit.at + import_rules.LEASE, outcome="handed_over", surely_not_done=True)
    else:
        outbox.postpone(row, visit.at, until=visit.at + _AGAIN, outcome="not_handed_over", surely_not_done=True)


def _look_after(visit: Visit, row: outbox.Row, found: ImportRow, *, until: datetime) -> None:
    """A file that may still be asked for stays until its time is over; any other goes at once."""
    if found.state in import_rules.ASKABLE and visit.at < until:
        outbox.postpone(row, visit.at, until=until, outcome="kept", surely_not_done=True)
        return
    remove(visit.partner, found.sk)
    change = Change(visit)
    change.update(
        found, [ImportRow.expires_at.remove()], (ImportRow.state == found.state) & (ImportRow.run == found.run)
    )
    record.fact(change, visit, facts.IMPORT_REMOVED, subject=("import", found.sk))
    _end(visit, row, change, outcome="removed")


def give_up(change: Change, visit: Visit, found: ImportRow) -> None:
    """Let `change` end an import of which every worker died while it was only looking."""
    actions = [
        ImportRow.state.set("failed"),
        ImportRow.errors.set([[None, None, "broke", {}]]),
        ImportRow.finished_at.set(visit.at),
        ImportRow.claim.remove(),
        ImportRow.lease_until.remove(),
    ]
    change.update(found, actions, (ImportRow.state == found.state) & (ImportRow.tries == found.tries))
    release(change, visit.partner, found.sk)
    record.fact(change, visit, facts.IMPORT_FAILED, subject=("import", found.sk), detail={"what": found.what})


def release(change: Transaction, partner_id: str, import_id: str) -> None:
    """Let `change` make room for another import."""
    running = table.get(ImportingRow, partition(partner_id), RUNNING)
    if running is not None and running.import_id == import_id:
        change.delete(running, ImportingRow.import_id == import_id)


def remove(partner_id: str, import_id: str) -> None:
    """Remove what was brought, and what was to be done with it."""
    for what in ("file", "plan"):
        store.remove(store.brought_key(partner_id, import_id, what))


def stop(row: ImportRow) -> None:
    """Take an import out of every worker's hands, and remove its file: the account goes."""
    table.update(
        row, [ImportRow.state.set("failed"), ImportRow.claim.remove(), ImportRow.phase.remove()], ImportRow.pk.exists()
    )
    remove(row.pk.removesuffix("#imports"), row.sk)


def partition(partner_id: str) -> str:
    """Where a partner's imports are listed."""
    return f"{partner_id}#imports"


def listed_until(at: datetime) -> date:
    """The day on which nothing tells any more that there was a file."""
    return (at + timedelta(days=import_rules.LISTED_DAYS)).date()


def _end(visit: Visit, row: outbox.Row, change: Change, *, outcome: str) -> None:
    outbox.finish(change, row, visit.at, state="done", outcome=outcome)
    change.done()
