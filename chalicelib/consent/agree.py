"""Write down that a version of a text was accepted: one row that is never changed, in the ledger."""

from datetime import datetime

from chalicelib.activity import ledger, record
from chalicelib.consent import facts, find
from chalicelib.consent.records import AcceptanceRow
from chalicelib.plumbing import table
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.visit import Visit


def to(
    change: Change, visit: Visit, name: str, *, version: str, language: str, channel: str, at: datetime
) -> AcceptanceRow:
    """Add an acceptance by the visit's partner to `change`, with its fact; the row.

    `at` is when they accepted, which may be before it counts (registration, then confirmation). An acceptance of the
    same version that is already there makes the change `Stale`.
    """
    row = AcceptanceRow(
        visit.partner,
        f"acceptance#{name}#{version}",
        policy=name,
        version=version,
        text_hash=find.policy(name, version).hashes[language],
        language=language,
        channel=channel,
        employee_id=visit.employee_id,
        at=at,
    )
    change.put_new(row)
    detail = {"version": version}
    record.fact(change, visit, facts.ACCEPTED, subject=("policy", name), detail=detail, ledger=ledger.mark(row))
    return row


def earlier(partner_id: str, name: str, version: str) -> AcceptanceRow | None:
    """The acceptance of a version that is already there."""
    return table.get(AcceptanceRow, partner_id, f"acceptance#{name}#{version}")
