"""Make a file: one pass over the tables into a temporary file, then into the bucket; it can die anywhere and be begun again."""

import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import astuple
from datetime import datetime
from pathlib import Path
from typing import Any

from chalicelib.activity import record
from chalicelib.exchange import canon, content, document, facts, gather, meaning, rules, store, watch, workbook
from chalicelib.exchange.content import Part
from chalicelib.exchange.meaning import Meaning
from chalicelib.exchange.records import ExportRow
from chalicelib.plumbing import clock, ids, log, table
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.database import Stale
from chalicelib.plumbing.visit import Visit

_SAID_EVERY_S = 2.0
_MOST_S = 840  # the function may run for 900
Parts = list[tuple[Part, Sequence[Meaning], Iterator[Sequence[Any]]]]


class _OutOfTime(Exception):
    pass


def file(visit: Visit, sk: str) -> None:
    """Make the file that the export `sk` of the visit's partner asks for; nothing happens when somebody else does.

    Never raises for what goes wrong with this one file: it is tried again by its outbox row, MOST_TRIES times in all.
    """
    taken = _take(visit, sk)
    if taken is None:
        return
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"export.{taken.format}"
            written = _written(visit, taken, path)
            where = store.key(visit.partner, sk, taken.format)
            store.put(where, path, taken.format)
            try:
                _ready(visit, taken, size=path.stat().st_size, content_hash=written[0], rows=written[1])
            except Stale:
                store.remove(where)  # erased, or given up, while it was being made
                raise
    except Stale:
        log.warning("export.overtaken", export=sk)
    except Exception as problem:  # noqa: BLE001 - a file that cannot be made must end in its own row
        log.error("export.broke", problem, export=sk, tries=int(taken.tries))
        _give_back(taken)


def _take(visit: Visit, sk: str) -> ExportRow | None:
    row = ExportRow(watch.partition(visit.partner), sk)
    free = (ExportRow.state == "waiting") | ((ExportRow.state == "running") & (ExportRow.lease_until < visit.at))
    try:
        raw = table.update(
            row,
            [
                ExportRow.state.set("running"),
                ExportRow.claim.set(ids.secret()),
                ExportRow.lease_until.set(visit.at + rules.LEASE),
                ExportRow.tries.add(1),
                ExportRow.rows_done.set(0),
            ],
            free & (ExportRow.tries < rules.MOST_TRIES),
        )
    except Stale:
        return None
    return ExportRow.from_raw_data(raw)


def _written(visit: Visit, export: ExportRow, path: Path) -> tuple[str, int]:
    """The content hash and the number of rows."""
    names = rules.WHAT[export.what]
    customer_id = export.sk.split("#")[1] if export.what == rules.MINE else None
    total = gather.how_many(names, visit.partner) if customer_id is None else None
    said = _Progress(export, total)
    digests: list[canon.Digest] = []

    def counted(part: Part) -> Iterator[Sequence[Any]]:
        digest = canon.Digest(part)
        digests.append(digest)
        for row in gather.rows(part, visit.partner, at=visit.at, customer_id=customer_id):
            digest.add(row)
            said.step()
            yield row

    described = {
        part.name: [meaning.of(part, column, export.language) for column in part.columns]
        for part in content.parts(names)
    }
    parts: Parts = [(part, described[part.name], counted(part)) for part in content.parts(names)]
    if export.format == "json":
        document.write(
            path, parts, head=_head(export, visit.at), tail=lambda: {"hash": canon.whole(digests), "rows": said.done}
        )
    else:
        workbook.write(path, parts, schema=lambda: _schema(names, described, digests))
    return canon.whole(digests), said.done


def _schema(
    names: Sequence[str], described: dict[str, list[Meaning]], digests: Sequence[canon.Digest]
) -> list[tuple[Any, ...]]:
    """The lines of the schema: the file itself, then for each part its hash and its columns."""
    nothing = Meaning("", "", "", "", "", False, "", "", "", "", "", "")
    lines = [_line(nothing, type="file", label=rules.SCHEMA, values=canon.whole(digests))]
    for name, digest in zip(names, digests, strict=True):
        lines.append(_line(nothing, sheet=name, type="sheet", unit=f"{digest.rows} rows", values=digest.hexadecimal))
        lines += [astuple(one) for one in described[name]]
    return lines


def _line(blank: Meaning, **values: Any) -> tuple[Any, ...]:
    return tuple(values.get(name, getattr(blank, name)) for name in meaning.FIELDS)


def _head(export: ExportRow, at: datetime) -> dict[str, Any]:
    return {"what": export.what, "made_at": at, "language": export.language}


class _Progress:
    """Says now and then how far it is, and that somebody is still at it."""

    def __init__(self, export: ExportRow, total: int | None) -> None:
        self.done = 0
        self._export = export
        self._began = self._said = time.monotonic()
        if total is not None:
            self._say([ExportRow.rows_total.set(total)])

    def step(self) -> None:
        """One row more. Raises Stale when the export is not ours any more, _OutOfTime before the function ends."""
        self.done += 1
        now = time.monotonic()
        if now - self._said >= _SAID_EVERY_S:
            self._said = now
            if now - self._began > _MOST_S:
                raise _OutOfTime
            self._say([ExportRow.rows_done.set(self.done)])

    def _say(self, actions: list[Any]) -> None:
        table.update(self._export, actions, ExportRow.claim == self._export.claim)


def _ready(visit: Visit, export: ExportRow, *, size: int, content_hash: str, rows: int) -> None:
    now = clock.now()
    change = Change(visit)
    change.update(
        export,
        [
            ExportRow.state.set("ready"),
            ExportRow.rows_done.set(rows),
            ExportRow.bytes.set(size),
            ExportRow.hash.set(content_hash),
            ExportRow.ready_at.set(now),
            ExportRow.expires_at.set(now + rules.KEPT),
            ExportRow.claim.remove(),
            ExportRow.lease_until.remove(),
        ],
        ExportRow.claim == export.claim,
    )
    watch.release(change, visit.partner, export)
    detail = {"what": export.what, "format": export.format, "rows": rows}
    record.fact(change, visit, facts.MADE, subject=("export", watch.public_id(export.sk)), detail=detail)
    change.done()


def _give_back(export: ExportRow) -> None:
    try:
        table.update(
            export,
            [ExportRow.state.set("waiting"), ExportRow.claim.remove(), ExportRow.lease_until.remove()],
            ExportRow.claim == export.claim,
        )
    except Stale:
        return
