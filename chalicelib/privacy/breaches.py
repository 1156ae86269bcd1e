"""The register of breaches of data security: each with its notes, the latest of which holds (Art. 33(5) GDPR, Art. 15(4) DSV)."""

from datetime import datetime
from typing import Any

from chalicelib.plumbing import table
from chalicelib.plumbing.refusals import Missing
from chalicelib.privacy import rules
from chalicelib.privacy.records import BreachRow

NOTE = (
    "noticed_at", "what", "data_kinds", "people_count", "consequences", "measures", "authority_told_at",
    "people_told_at", "not_told_because",
)  # fmt: skip


def partition(partner_id: str) -> str:
    """Where a partner's notes lie."""
    return f"{partner_id}#breaches"


def listed(partner_id: str, at: datetime) -> list[dict[str, Any]]:
    """Every breach as it stands, the newest first; those the authority still has to be told of in front."""
    notes: dict[str, list[BreachRow]] = {}
    for row in table.prefixed(BreachRow, partition(partner_id), ""):
        notes.setdefault(row.sk.partition("#")[0], []).append(row)
    found = [shown(rows, at) for rows in notes.values()]
    return sorted(sorted(found, key=lambda one: str(one["id"]), reverse=True), key=lambda one: one["state"] == "done")


def notes(partner_id: str, breach_id: str) -> list[BreachRow]:
    """The notes on one breach, the first one first. Raises Missing."""
    rows = table.prefixed(BreachRow, partition(partner_id), f"{breach_id}#")
    if not rows:
        raise Missing
    return rows


def shown(rows: list[BreachRow], at: datetime) -> dict[str, Any]:
    """One breach as JSON: its latest note, the 72 hours, and all notes before it.

    `state`: `done` once the authority was told or it is written down why not, else `due`, or `overdue`.
    """
    last = rows[-1]
    by = rules.authority_by(last.noticed_at)
    done = any((last.authority_told_at, last.not_told_because))
    return {
        "id": last.sk.partition("#")[0],
        "state": "done" if done else "overdue" if at > by else "due",
        "authority_by": by,
        **_note(last),
        "keep_until": last.keep_until,
        "earlier": [_note(one) for one in rows[:-1]],
    }


def _note(row: BreachRow) -> dict[str, Any]:
    said = {name: getattr(row, name) for name in NOTE}
    count = said["people_count"]
    return {"noted_at": row.noted_at, **said, "people_count": None if count is None else int(count)}
