"""The files that were brought, as people see them; what is wrong is said in the language of whoever looks."""

from typing import Any

from chalicelib.exchange import content, import_rules, mapping_rules, watch_import
from chalicelib.exchange.records import ImportRow
from chalicelib.plumbing import answers, cursors, ids, table, words
from chalicelib.plumbing.refusals import Missing
from chalicelib.plumbing.visit import Visit


def imports(visit: Visit, *, limit: int, cursor: str | None) -> dict[str, Any]:
    """A page of the partner's imports, the newest first. Raises Malformed for a cursor not ours."""
    pk = watch_import.partition(visit.partner)
    found = table.page(
        "records", pk, first="0", last="7~", newest_first=True, limit=limit, start_key=cursors.read(pk, cursor)
    )
    items = [_shown(visit, ImportRow.from_raw_data(item)) for item in found.items]
    return {"items": items, "next": cursors.write(pk, found.next_key)}


def one(visit: Visit, import_id: str) -> dict[str, Any]:
    """One import, with everything that is wrong (at most MOST_PROBLEMS; `more_errors` counts the others). Raises Missing."""
    row = table.get(ImportRow, watch_import.partition(visit.partner), import_id) if ids.is_id(import_id) else None
    if row is None:
        raise Missing
    return _shown(visit, row)


def options(what: str) -> dict[str, tuple[str, ...]]:
    """What a column can be taken for, sheet by sheet, IGNORED among them."""
    return {
        name: (mapping_rules.IGNORED, *mapping_rules.targets(name, content.taken_in(content.PARTS[name])))
        for name in import_rules.WHAT[what]
    }


def _shown(visit: Visit, row: ImportRow) -> dict[str, Any]:
    kept = row.expires_at is not None and visit.at < row.expires_at
    return {
        "id": row.sk,
        "what": row.what,
        "format": row.format,
        "dry_run": row.dry_run,
        "tell": row.tell,
        "state": row.state,
        "rows": int(row.rows),
        "created": int(row.created) if row.state != "failed" else 0,
        "updated": int(row.updated) if row.state != "failed" else 0,
        "unchanged": int(row.unchanged),
        "skipped": int(row.skipped),
        "steps": None if row.steps is None else int(row.steps),
        "done": int(row.step) if row.phase == "write" else 0,
        "columns": [
            {"sheet": sheet, "heading": heading, "meaning": None if meant == mapping_rules.IGNORED else meant}
            for sheet, heading, meant in row.columns or []
        ],
        "errors": [_told(visit, *error) for error in row.errors or []],
        "more_errors": int(row.more_errors),
        "asked_at": row.asked_at,
        "finished_at": row.finished_at,
        "file_until": row.expires_at if kept and row.state in import_rules.ASKABLE else None,
    }


def _told(visit: Visit, row: int | None, column: str | None, code: str, params: dict[str, Any]) -> dict[str, Any]:
    if words.has("exchange", f"row_problem.{code}"):
        message = words.say("exchange", f"row_problem.{code}", visit.language, params)
    else:
        message = answers.field_problem(code, visit.language, params)
    return {"row": row, "column": column, "code": code, "message": message}
