"""Every change of what a partner offers counts one number up, so that a cached offer is never an old one."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from chalicelib.accounts.records import VersionRow
from chalicelib.plumbing import table
from chalicelib.plumbing.database import Stale

if TYPE_CHECKING:
    from chalicelib.plumbing.change import Change  # who reads the number changes nothing
    from chalicelib.plumbing.transaction import Transaction

KEY = "#version"  # sorts first: an offer read in one Query can only be newer than its number, never older


def bump(change: "Change", partner_id: str) -> None:
    """Count up with `change`. Call it in every change of profile, employees, services, hours or absences."""
    change.update(VersionRow(partner_id, KEY), [VersionRow.number.add(1)])


def current(partner_id: str) -> int:
    """The number now, read consistently; 0 for a partner without an offer. One request of half a kilobyte."""
    row = table.get(VersionRow, partner_id, KEY)
    return int(row.number) if row else 0


def unchanged(
    change: "Transaction", partner_id: str, number: int, *, lost: Callable[[], BaseException] = Stale
) -> None:
    """Let `change` fail with `lost` (a `Stale`) unless the offer is still the one with this number."""
    change.check(VersionRow(partner_id, KEY), VersionRow.number == number, lost=lost)
