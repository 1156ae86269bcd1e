"""Erase an account again that a restored backup has brought back, whether its key is still there or not.

What was certified stays certified: there is no second certificate, and the log says already that the account was erased.
"""

from collections.abc import Sequence

from chalicelib.accounts import forget as accounts
from chalicelib.activity import forget as activity
from chalicelib.activity import outbox
from chalicelib.plumbing import envelope, table
from chalicelib.plumbing.visit import Visit
from chalicelib.privacy import elsewhere, erase_account
from chalicelib.privacy import forget as privacy


def account(visit: Visit, certificate_id: str | None, elsewhere_at: Sequence[table.Address]) -> int:
    """Remove every row of the visit's partner; how many there were. Running it again does no harm.

    `elsewhere_at` is where rows lie that name the partner in a partition of their own (ways to sign in, the name of the
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
    table.remove_many(found)
    for fact in activity.readable(visit.partner):
        activity.veil(fact)
    table.delete(envelope.KeyRow(visit.partner, envelope.SORT))
    envelope.forget(visit.partner)
    return len(found)
