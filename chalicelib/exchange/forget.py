"""Forget files: those of a closed account and of an erased customer at once, the list of them after thirty days."""

from collections.abc import Iterable
from datetime import date

from chalicelib.activity.happened import Happened
from chalicelib.exchange import store, watch, watch_import
from chalicelib.exchange.records import ExportRow, ImportingRow, ImportRow, MappingRow, RunningRow
from chalicelib.plumbing import table
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.visit import Visit

KINDS = (ExportRow, RunningRow, ImportRow, ImportingRow, MappingRow)
"""Every kind of row that this room keeps."""


def of_account(partner_id: str) -> Iterable[table.Address]:
    """Where everything lies that this room keeps of a partner."""
    yield from table.addresses("records", watch.partition(partner_id))
    yield from table.addresses("records", watch_import.partition(partner_id))


def files(partner_id: str) -> None:
    """Remove every file of a partner; to be done before the rows go, which say where they lie.

    A worker that is making one finds its row gone, and removes what it made; one that takes a file in stops where it is,
    so that nothing comes in any more behind whoever erases.
    """
    for item in table.walk("records", watch_import.partition(partner_id), first="0", last="7~"):
        watch_import.stop(ImportRow.from_raw_data(item))
    for item in table.walk("records", watch.partition(partner_id)):
        if not item["sk"]["S"].startswith("running#"):
            _remove(partner_id, ExportRow.from_raw_data(item))


def customer(change: Change, visit: Visit, what: Happened) -> None:
    """Remove the files of a customer who was erased, and with `change` what tells of them."""
    pk = watch.partition(visit.partner)
    for row in table.prefixed(ExportRow, pk, f"my#{what.subject_id}#"):
        _remove(visit.partner, row)
        change.delete(row)
    change.delete(RunningRow(pk, f"running#{what.subject_id}"))


def export(pk: str, sk: str, due: str, _today: date) -> bool:
    """Whether what told of this file is gone (True), or is kept longer (False)."""
    return table.delete_expired(RunningRow if sk.startswith("running#") else ExportRow, pk, sk, due)


def brought(pk: str, sk: str, due: str, _today: date) -> bool:
    """The same of a file that was brought."""
    return table.delete_expired(ImportingRow if sk == watch_import.RUNNING else ImportRow, pk, sk, due)


def _remove(partner_id: str, row: ExportRow) -> None:
    if row.state != "expired":
        store.remove(store.key(partner_id, row.sk, row.format))
