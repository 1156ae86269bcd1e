"""Erase an account again that a restored backup has brought back, whether its key is still there or not.

What was certified stays certified: there is no second certificate, but the one that there is says what a backup brought back.
"""

from collections.abc import Sequence
from datetime import datetime

from chalicelib.accounts import forget as accounts
from chalicelib.activity import forget as activity
from chalicelib.activity import ledger, outbox, record
from chalicelib.plumbing import envelope, table
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.visit import Visit
from chalicelib.privacy import certificate, elsewhere, erase_account, facts
from chalicelib.privacy import forget as privacy
from chalicelib.privacy.records import CertificateRow


def account(visit: Visit, certificate_id: str | None, elsewhere_at: Sequence[table.Address], *, as_of: datetime) -> int:
    """Remove every row of the visit's partner; how many there were. Running it again does no harm.

    `as_of` is the instant of the backup; `elsewhere_at` is where rows lie that name the partner in a partition of their own (ways to sign in, the name of the
    booking page). Where the key is there, whoever has to forget outside is asked again first, under the certificate that was
    given; then the key goes.
    """
    readable = table.get(envelope.KeyRow, visit.partner, envelope.SORT) is not None
    if readable and certificate_id is not None:
        elsewhere.ask(visit, certificate_id)
    rooms = [accounts.without_looking if where is accounts.of_account else where for _, where in erase_account.ERASED]
    found = list(
        dict.fromkeys(
            [
                *(address for where in rooms for address in where(visit.partner)),
                *privacy.of_account(visit.partner),
                *table.addresses("records", outbox.partition(visit.partner)),
                *elsewhere_at,
            ]
        )
    )
    if certificate_id is not None and (found or readable):
        _say_so(visit, certificate_id, as_of=as_of, count=len(found), readable=readable)
    table.remove_many(found)
    for fact in activity.readable(visit.partner):
        activity.veil(fact)
    table.delete(envelope.KeyRow(visit.partner, envelope.SORT))
    envelope.forget(visit.partner)
    return len(found)


def _say_so(visit: Visit, certificate_id: str, *, as_of: datetime, count: int, readable: bool) -> None:
    """Before anything goes, so that a run that dies in between is finished with the same figure."""
    row = table.get(CertificateRow, certificate.PARTITION, certificate_id)
    if row is None or row.completed_at is None:
        return
    change = Change(visit)
    days = envelope.BACKUP_DAYS if readable else None
    if certificate.again(change, row, visit.at, as_of=as_of, count=count, backup_days=days):
        mark = ledger.mark(row)
        record.fact(change, visit, facts.ERASED_AGAIN, subject=("partner", visit.partner), ledger=mark)
        change.done()
