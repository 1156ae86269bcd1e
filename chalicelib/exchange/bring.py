"""Bring a file: kept enciphered, written down with its order in one transaction, looked at by a worker right after."""

from typing import Any

from chalicelib.activity import outbox, record
from chalicelib.exchange import content, facts, import_rules, mapping_rules, store, watch_import
from chalicelib.exchange.records import ImportingRow, ImportRow, MappingRow
from chalicelib.plumbing import ids, limits, shards, table
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.forms import File
from chalicelib.plumbing.limits import Limit
from chalicelib.plumbing.refusals import Conflict, Gone, Missing, Unavailable, invalid
from chalicelib.plumbing.visit import Visit

PER_PARTNER = Limit("import", 60, 3600, "partner")
LIMITS = (PER_PARTNER,)
_LONGEST_HEADING, _MOST_HEADINGS = 100, import_rules.MOST_COLUMNS
_BUSY = "import_running"


def file(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """Take a file on, to be checked or taken in: `{id, state}`.

    Raises TooMany, Conflict `import_running` while another one is being worked on, Invalid for a mapping of what there is not.
    """
    limits.count(PER_PARTNER, visit.partner, at=visit.at)
    sent: File = values["file"]
    what, import_id, pk = values["what"], ids.new(visit.at), watch_import.partition(visit.partner)
    mapping = _mapping(visit, what, values.get("mapping"))
    store.keep(store.brought_key(visit.partner, import_id, "file"), sent.content)
    expiry = shards.expires_on(watch_import.listed_until(visit.at), pk)
    row = ImportRow(
        pk, import_id, what=what, format=_format(sent), dry_run=values["dry_run"], tell=values["tell"], language=visit.language,
        state="waiting", asked_at=visit.at, asked_by=visit.employee_id, role=visit.role or "employee", run=1, tries=0, step=0,
        mapping=mapping, rows=0, created=0, updated=0, unchanged=0, skipped=0, more_errors=0,
        expires_at=visit.at + import_rules.KEPT, expiry_shard=expiry,
    )  # fmt: skip
    change = Change(visit)
    _alone(change, visit, import_id, expiry)
    change.put_new(row)
    detail = {"what": what, "format": row.format, "dry_run": row.dry_run}
    record.fact(change, visit, facts.IMPORT_ASKED, subject=("import", import_id), detail=detail)
    try:
        return _ordered(change, visit, import_id)
    except Unavailable:
        raise  # it may have been written after all
    except Exception:
        watch_import.remove(visit.partner, import_id)
        raise


def again(visit: Visit, import_id: str, *, values: dict[str, Any]) -> dict[str, Any]:
    """Check a file again with other columns, or take it in: `{id, state}`.

    Raises Missing, Gone `import_over` when the file is gone, Conflict `import_running`, TooMany, Invalid.
    """
    limits.count(PER_PARTNER, visit.partner, at=visit.at)
    pk = watch_import.partition(visit.partner)
    row = table.get(ImportRow, pk, import_id) if ids.is_id(import_id) else None
    if row is None:
        raise Missing
    if row.state in import_rules.RUNNING:
        raise Conflict(_BUSY)
    if row.state not in import_rules.ASKABLE or row.expires_at is None or visit.at >= row.expires_at:
        raise Gone("import_over")
    sent = values.get("mapping")
    mapping = _mapping(visit, row.what, sent) if sent is not None else row.mapping
    actions = [
        ImportRow.dry_run.set(values["dry_run"]),
        ImportRow.tell.set(values["tell"]),
        ImportRow.state.set("waiting"),
        ImportRow.mapping.set(mapping),
        ImportRow.language.set(visit.language),
        ImportRow.role.set(visit.role or "employee"),
        ImportRow.run.add(1),
        ImportRow.tries.set(0),
        ImportRow.step.set(0),
        ImportRow.steps.remove(),
        ImportRow.errors.remove(),
        ImportRow.more_errors.set(0),
        *((ImportRow.asked_by.set(visit.employee_id),) if visit.employee_id else (ImportRow.asked_by.remove(),)),
    ]
    change = Change(visit)
    _alone(change, visit, import_id, row.expiry_shard)
    change.update(
        row, actions, (ImportRow.state == row.state) & (ImportRow.run == row.run), lost=lambda: Conflict(_BUSY)
    )
    detail = {"what": row.what, "dry_run": values["dry_run"]}
    record.fact(change, visit, facts.IMPORT_AGAIN, subject=("import", import_id), detail=detail)
    return _ordered(change, visit, import_id)


def _alone(change: Change, visit: Visit, import_id: str, expiry: str) -> None:
    pk, until = watch_import.partition(visit.partner), visit.at + import_rules.LEASE * import_rules.MOST_TRIES
    running = ImportingRow(pk, watch_import.RUNNING, import_id=import_id, until_at=until, expiry_shard=expiry)
    free = ImportingRow.pk.does_not_exist() | (ImportingRow.until_at < visit.at)
    change.put(running, free, lost=lambda: Conflict(_BUSY))


def _ordered(change: Change, visit: Visit, import_id: str) -> dict[str, Any]:
    outbox.add(
        change, visit, watch_import.TASK, {"import": import_id}, row_id=ids.new(visit.at), due_at=visit.at,
        subject=("import", import_id),
    )  # fmt: skip
    return change.done({"id": import_id, "state": "waiting"})


def _format(sent: File) -> str:
    begin = sent.content[:64].lstrip()
    is_json = begin.startswith(b"{") or (sent.content_type == "application/json" and not begin.startswith(b"PK"))
    return "json" if is_json else "xlsx"


def _mapping(visit: Visit, what: str, sent: dict[str, Any] | None) -> dict[str, str]:
    """What was chosen for columns, or what was chosen the last time for a file of this kind. Raises Invalid."""
    if sent is None:
        row = table.get(MappingRow, watch_import.partition(visit.partner), f"mapping#{what}")
        return dict(row.chosen) if row else {}
    if len(sent) > _MOST_HEADINGS:
        raise invalid("mapping", "too_many", most=_MOST_HEADINGS)
    known = {mapping_rules.IGNORED}
    for name in import_rules.WHAT[what]:
        known |= set(mapping_rules.targets(name, content.taken_in(content.PARTS[name])))
    chosen: dict[str, str] = {}
    for heading, meant in sent.items():
        plain = mapping_rules.plain(heading[:_LONGEST_HEADING])
        meaning = meant or mapping_rules.IGNORED
        if not isinstance(meaning, str) or meaning not in known:
            raise invalid("mapping", "not_an_option", options=", ".join(sorted(known)))
        if plain:
            chosen[plain] = meaning
    return chosen
