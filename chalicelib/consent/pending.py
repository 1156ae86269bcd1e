"""Which texts a partner has to accept anew: important versions in force of which it has accepted none as new."""

from collections.abc import Sequence
from datetime import datetime

from chalicelib.consent import find
from chalicelib.consent.find import Policy
from chalicelib.consent.records import AcceptanceRow
from chalicelib.plumbing import table

_MOST_KNOWN = 10_000
_settled: set[tuple[str, ...]] = set()


def texts(partner_id: str, at: datetime) -> list[Policy]:
    """The version in force of each text that waits for this partner.

    Nothing is read while no important version is in force, nor again once all of them are accepted: that stays true.
    Else one Query.
    """
    today = find.today(at)
    asked = [one for name in find.NAMES if (one := find.asked_again(name, today))]
    key = (partner_id, *(f"{one.name} {one.version}" for one in asked))
    if not asked or key in _settled:
        return []
    rows = table.prefixed(AcceptanceRow, partner_id, "acceptance#")
    left = [one.name for one in asked if not _accepted(one, rows)]
    if not left:
        if len(_settled) >= _MOST_KNOWN:
            _settled.clear()
        _settled.add(key)
    return [find.policy(name, find.version_in_force(name, today)) for name in left]


def _accepted(asked: Policy, rows: Sequence[AcceptanceRow]) -> bool:
    for row in rows:
        if row.policy == asked.name and row.version >= asked.version:
            return True
        # The agreement is a part of the terms: who accepted those afterwards accepted it too.
        if asked.name == "dpa" and row.policy == "terms" and find.today(row.at) >= asked.in_force_since:
            return True
    return False


def forget_cached() -> None:
    """Ask again of everybody (tests put other texts in their place)."""
    _settled.clear()
