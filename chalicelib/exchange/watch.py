"""The life of one file, as its outbox row leads it: handed to a worker, looked after until it is made, removed after a day."""

from datetime import date, datetime, timedelta

from chalicelib.activity import outbox, record
from chalicelib.exchange import facts, rules, store
from chalicelib.exchange.records import ExportRow, RunningRow
from chalicelib.plumbing import queue, table
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.transaction import Transaction
from chalicelib.plumbing.visit import Visit

TASK = "export"
_AGAIN = timedelta(seconds=30)


def export(visit: Visit, row: outbox.Row) -> None:
    """Do what the file that `row` is about needs now, and come back when it needs something else.

    Nothing is lost when a worker dies: the row is due again when the worker's time is over. Raises Stale when
    another worker has the row by now.
    """
    sk = str((row.body or {})["export"])
    pk = partition(visit.partner)
    found = table.get(ExportRow, pk, sk)
    if found is None or found.state in ("failed", "expired"):
        _end(visit, row, Change(visit), outcome="over")
    elif found.state == "ready" and found.expires_at is not None:
        if visit.at < found.expires_at:
            outbox.postpone(row, visit.at, until=found.expires_at, outcome="kept", surely_not_done=True)
            return
        store.remove(store.key(visit.partner, sk, found.format))
        change = Change(visit)
        change.update(found, [ExportRow.state.set("expired")], ExportRow.state == "ready")
        record.fact(change, visit, facts.REMOVED, subject=("export", public_id(sk)))
        _end(visit, row, change, outcome="removed")
    elif int(found.tries) >= rules.MOST_TRIES or visit.at >= found.asked_at + rules.GIVEN_UP_AFTER:
        change = Change(visit)
        change.update(found, [ExportRow.state.set("failed")], ExportRow.state == found.state)
        release(change, visit.partner, found)
        record.fact(change, visit, facts.FAILED, subject=("export", public_id(sk)), detail={"what": found.what})
        _end(visit, row, change, outcome="failed")
    elif queue.hand_over((pk, sk)):
        outbox.postpone(row, visit.at, until=visit.at + rules.LEASE, outcome="handed_over", surely_not_done=True)
    else:
        outbox.postpone(row, visit.at, until=visit.at + _AGAIN, outcome="not_handed_over", surely_not_done=True)


def release(change: Transaction, partner_id: str, export: ExportRow) -> None:
    """Let `change` make room for another file of the kind."""
    running = table.get(RunningRow, partition(partner_id), running_key(export.sk, export.what))
    if running is not None and running.export_id == export.sk:
        change.delete(running, RunningRow.export_id == export.sk)


def partition(partner_id: str) -> str:
    """Where a partner's files are listed."""
    return f"{partner_id}#exports"


def public_id(sk: str) -> str:
    """The id by which people know a file."""
    return sk.rpartition("#")[2]


def running_key(sk: str, what: str) -> str:
    """The key under which at most one file of a kind (for a customer: of that customer) is being made."""
    return f"running#{sk.split('#')[1]}" if sk.startswith("my#") else f"running#{what}"


def listed_until(at: datetime) -> date:
    """The day on which nothing tells any more that there was a file."""
    return (at + timedelta(days=rules.LISTED_DAYS)).date()


def _end(visit: Visit, row: outbox.Row, change: Change, *, outcome: str) -> None:
    outbox.finish(change, row, visit.at, state="done", outcome=outcome)
    change.done()
