"""Holds: what must not go yet, whatever its date says; asked in the very transaction that deletes, so that a late hold wins."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from chalicelib.plumbing import attributes, sessions, table
from chalicelib.plumbing.database import Stale
from chalicelib.plumbing.rows import Record
from chalicelib.plumbing.transaction import Transaction

HOLD = attributes.About("partner", "accountability", "Art. 17(3)(e) GDPR", "hold")

ACCOUNT = "account"
"""The scope of a hold on everything of a partner; other scopes are ids of whoever the rows are about."""
BY_RIGHT = "right"
"""Who set a hold that is nobody's legal hold but a person's own right: it yields when that person wants to be erased."""
FOREVER = date(9999, 12, 31)
_MOST_DELETED = 90  # of the hundred rows of a transaction; the others are questions


class HoldRow(Record):
    """One hold. Key: (partner id, `hold#<scope>`). It holds through the day `until`, and is gone the night after it."""

    reason = attributes.personal(HOLD, optional=True)
    by = attributes.text(HOLD)  # owner, operator, or BY_RIGHT
    employee_id = attributes.text(HOLD, optional=True)
    set_at = attributes.instant(HOLD)
    until = attributes.day(HOLD)
    lifted_at = attributes.instant(HOLD, optional=True)
    expiry_shard = attributes.text(HOLD, optional=True)


class Held(Exception):
    """A hold stands: the row may not go. `scope` says which."""

    def __init__(self, scope: str) -> None:
        super().__init__(scope)
        self.scope = scope


def key(scope: str) -> str:
    """The sort key of a hold."""
    return f"hold#{scope}"


def shelf(partner_id: str, scope: str) -> str:
    """The value of `expiry_shard` for rows that wait for a hold to end: they can be found, and counted, by it."""
    return f"held#{partner_id}#{scope}"


def standing(partner_id: str, scopes: Sequence[str], today: date) -> HoldRow | None:
    """The first of these holds that stands on `today` (UTC). One request."""
    rows = table.get_many([(HoldRow, partner_id, key(one)) for one in dict.fromkeys(scopes)])
    return next((row for row in rows if isinstance(row, HoldRow) and row.until >= today), None)


def of_partner(partner_id: str) -> list[HoldRow]:
    """Every hold of a partner, those that are over and not yet removed included."""
    return table.prefixed(HoldRow, partner_id, "hold#")


def check(change: Transaction, partner_id: str, scopes: Sequence[str], today: date) -> None:
    """Let `change` depend on none of these holds standing; else it raises Held."""
    for scope in dict.fromkeys(scopes):
        change.check(
            HoldRow(partner_id, key(scope)),
            HoldRow.pk.does_not_exist() | (HoldRow.until < today),
            lost=_lost(scope),
        )


def remove_expired(
    kind: type[Record], pk: str, sk: str, due: str, *, partner_id: str, scopes: Sequence[str], today: date,
    condition: Any = None,
) -> bool:  # fmt: skip
    """Remove a row if its `expiry_shard` is still `due` and nothing holds it; whether it is gone.

    False: its life was extended meanwhile, or the further `condition` does not hold. Raises Held.
    """
    change = Transaction()
    still_due = HoldRow.expiry_shard == due  # every row that goes by a date names it so
    change.delete(kind(pk, sk), still_due if condition is None else still_due & condition)
    check(change, partner_id, scopes, today)
    try:
        change.commit()
    except Stale:
        return table.get(kind, pk, sk) is None
    return True


def remove_together(
    kind: type[Record],
    pk: str,
    sks: Sequence[str],
    due: str,
    *,
    partner_id: str,
    scopes: Sequence[str],
    today: date,
) -> bool:
    """Remove several rows of a partition if each is still `due` and nothing holds any of them; False: none of them is gone.

    One request instead of one each, and holds are asked about once: at most a hundred rows and scopes together.
    """
    change = Transaction()
    for sk in sks:
        change.delete(kind(pk, sk), HoldRow.expiry_shard == due)
    check(change, partner_id, scopes, today)
    try:
        change.commit()
    except (Stale, Held):
        return False
    return True


def remove_many(where: Sequence[table.Address], *, partner_id: str, scopes: Sequence[str], today: date) -> None:
    """Remove rows whatever they hold by now, in transactions that each ask for holds. Raises Held; what went before is gone."""
    for begin in range(0, len(where), _MOST_DELETED):
        change = Transaction()
        for lifecycle, pk, sk in where[begin : begin + _MOST_DELETED]:
            change.delete(_KINDS[lifecycle](pk, sk))
        check(change, partner_id, scopes, today)
        change.commit()


# Only keys matter where rows are deleted, so one kind stands for all of its table.
_KINDS: dict[str, type[Record]] = {"records": HoldRow, "guard": sessions.SessionRow}


def _lost(scope: str) -> Callable[[], BaseException]:
    return lambda: Held(scope)
