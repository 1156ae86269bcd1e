"""A login between the password and the code: five minutes, one browser, three tries, one end."""

from datetime import datetime, timedelta
from typing import Any

from chalicelib.accounts import passwords
from chalicelib.accounts.records import HalfRow, LoginRow
from chalicelib.plumbing import clock, table
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.database import Stale
from chalicelib.plumbing.refusals import Gone
from chalicelib.plumbing.visit import Visit

LASTS = timedelta(minutes=5)
MOST_TRIES = 3


def begin(change: Change, visit: Visit, row: LoginRow, *, password_hash: str) -> datetime:
    """Let this browser go on to the code with `change`, instead of any earlier login it has begun; until when it may."""
    ends_at = visit.at + LASTS
    change.put(
        HalfRow(
            _partition(visit),
            "-",
            partner_id=row.partner_id,
            employee_id=row.employee_id,
            login=row.pk,
            bound_to=passwords.fingerprint(password_hash),
            began_at=visit.at,
            tries=0,
            expires=clock.milliseconds(ends_at) // 1000,
        )
    )
    return ends_at


def tried(visit: Visit) -> HalfRow:
    """The login that this browser has begun, one try the less; one write. Raises Gone when there is none to go on with."""
    row = HalfRow(_partition(visit), "-")
    still = (HalfRow.began_at > visit.at - LASTS) & (HalfRow.tries < MOST_TRIES)
    try:
        item: dict[str, Any] = table.update(row, [HalfRow.tries.add(1)], still)
    except Stale:
        raise Gone("login_over") from None
    return HalfRow.from_raw_data(item)


def end(change: Change, half: HalfRow) -> None:
    """End it with `change`, once; Gone for whoever comes second."""
    change.delete(half, HalfRow.began_at == half.began_at, lost=lambda: Gone("login_over"))


def _partition(visit: Visit) -> str:
    if visit.browser is None:
        raise Gone("login_over")
    return f"half#{visit.browser}"
