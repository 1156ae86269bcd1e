"""The files of a partner or a customer as people see them; a link is made anew each time one is looked at."""

from typing import Any

from chalicelib.exchange import rules, store, watch
from chalicelib.exchange.records import ExportRow
from chalicelib.plumbing import cursors, ids, table
from chalicelib.plumbing.refusals import Gone, Missing
from chalicelib.plumbing.visit import Visit


def exports(visit: Visit, *, limit: int, cursor: str | None) -> dict[str, Any]:
    """A page of the partner's files, the newest first, without links. Raises Malformed for a cursor not ours."""
    pk = watch.partition(visit.partner)
    found = table.page(
        "records", pk, first="0", last="7~", newest_first=True, limit=limit, start_key=cursors.read(pk, cursor)
    )
    items = [_shown(visit, ExportRow.from_raw_data(item)) for item in found.items]
    return {"items": items, "next": cursors.write(pk, found.next_key)}


def export(visit: Visit, export_id: str) -> dict[str, Any]:
    """One file, with its link when it is ready. Raises Missing, and Gone `export_over` a day after it was made."""
    if not ids.is_id(export_id):
        raise Missing
    return _opened(visit, export_id)


def of_customer(visit: Visit, export_id: str, *, customer_id: str) -> dict[str, Any]:
    """One file of a customer. Raises as `export` does."""
    if not ids.is_id(export_id):
        raise Missing
    return _opened(visit, f"my#{customer_id}#{export_id}")


def _opened(visit: Visit, sk: str) -> dict[str, Any]:
    row = table.get(ExportRow, watch.partition(visit.partner), sk)
    if row is None:
        raise Missing
    shown = _shown(visit, row)
    if shown["state"] == "expired":
        raise Gone("export_over")
    if shown["state"] == "ready":
        name = f"zeitfenster-{row.what.replace('_', '-')}-{row.asked_at:%Y-%m-%d}.{row.format}"
        shown["url"] = store.link(store.key(visit.partner, sk, row.format), name=name)
    return shown


def _shown(visit: Visit, row: ExportRow) -> dict[str, Any]:
    return {
        "id": watch.public_id(row.sk),
        "what": row.what,
        "format": row.format,
        "state": rules.shown_state(row.state, row.expires_at, at=visit.at),
        "rows": int(row.rows_done),
        "total": _number(row.rows_total),
        "bytes": _number(row.bytes),
        "hash": row.hash,
        "asked_at": row.asked_at,
        "ready_at": row.ready_at,
        "expires_at": row.expires_at,
        "url": None,
    }


def _number(value: Any) -> int | None:
    return None if value is None else int(value)
