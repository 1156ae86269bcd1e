"""The holds of a partner as the desk sees them: what each covers, why, until when, and how much waits for it to end."""

from datetime import date, timedelta
from typing import Any

from chalicelib.plumbing import holds, shards, table
from chalicelib.plumbing.holds import HoldRow
from chalicelib.plumbing.refusals import Missing

TABLES = ("records", "activity", "ledger")


def listed(partner_id: str, today: date) -> list[dict[str, Any]]:
    """All that stand, the one that ends first in front; with how many rows are past their date and wait."""
    rows = [row for row in holds.of_partner(partner_id) if row.until >= today]
    found = [{**shown(row, today), "waiting": waiting(partner_id, row.sk.removeprefix("hold#"))} for row in rows]
    return sorted(found, key=lambda one: (str(one["until"] or "9999"), str(one["id"])))


def row(partner_id: str, hold_id: str, today: date, *, operator: bool = False) -> HoldRow:
    """One hold that stands and was set by somebody of the partner; by the operator for the `operator`. Raises Missing."""
    found = table.get(HoldRow, partner_id, holds.key(hold_id))
    if found is None or found.until < today or (found.by == "operator") != operator:
        raise Missing
    return found


def shown(row: HoldRow, _today: date) -> dict[str, Any]:
    """One hold as JSON; `customer_id` is None for the whole account, `until` for a right that has no end."""
    scope = row.sk.removeprefix("hold#")
    return {
        "id": scope,
        "customer_id": None if scope == holds.ACCOUNT else scope.removeprefix("restricted-"),
        "by": row.by,
        "reason": row.reason,
        "set_at": row.set_at,
        "until": None if row.until == holds.FOREVER else row.until,
    }


def waiting(partner_id: str, scope: str) -> int:
    """How many rows are past their own date and wait for this hold. One Query for each table."""
    shelf = holds.shelf(partner_id, scope)
    return sum(1 for name in TABLES for _ in table.walk(name, shelf, index=table.EXPIRY))


def goes(partner_id: str, until: date) -> str:
    """The value of `expiry_shard` of a hold that stands through `until`."""
    return shards.expires_on(until + timedelta(days=1), partner_id)
