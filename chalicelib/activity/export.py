"""One day of a partner's log with exactly what its hashes are made of, so that anybody can check it without us."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from chalicelib.activity import rollup
from chalicelib.activity.records import FactRow, SealRow
from chalicelib.plumbing import clock, cursors, ids, table


def day(partner_id: str, on: date, *, limit: int, cursor: str | None) -> dict[str, Any]:
    """At most `limit` facts of a UTC day, the oldest first, and the seal of that day (None before it is closed).

    One Query and one read. Raises Malformed for a cursor of another partner or day.
    """
    midnight = datetime.combine(on, time(), UTC)
    partition = f"chain/{partner_id}/{on}"
    found = table.page(
        "activity",
        partner_id,
        first=ids.floor(midnight),
        last=ids.floor(midnight + timedelta(days=1)),
        limit=limit,
        start_key=cursors.read(partition, cursor),
    )
    return {
        "partner_id": partner_id,
        "on": on.isoformat(),
        "items": [rollup.as_json(FactRow.from_raw_data(item)) for item in found.items],
        "seal": _seal(table.get(SealRow, partner_id, f"seal#{on}")),
        "next": cursors.write(partition, found.next_key),
    }


def _seal(row: SealRow | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {
        "facts": int(row.facts),
        "hash": row.hash,
        "previous": row.previous,
        "sealed_at": clock.text(row.sealed_at),
    }
