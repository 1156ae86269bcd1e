"""Close an account again that a restored backup has opened, and let the erasure that was asked for go on under its certificate."""

from contextlib import suppress

from chalicelib.accounts import close
from chalicelib.activity import outbox
from chalicelib.consent import leave
from chalicelib.plumbing import ids
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.refusals import Missing
from chalicelib.plumbing.visit import Visit
from chalicelib.privacy import erase_account


def account(visit: Visit, certificate_id: str) -> bool:
    """Close the account of the visit's partner; False when the erasure waits already. The log knows that it was closed."""
    if outbox.of_task(visit.partner, erase_account.TASK):
        return False
    change = Change(visit)
    everybody: list[str] = []
    with suppress(Missing):
        everybody = close.account(change, visit.partner)
    leave.newsletter(change, visit, how="closure", closing=True)
    body = {"certificate": certificate_id}
    outbox.add(change, visit, erase_account.TASK, body, row_id=ids.new(visit.at), due_at=visit.at)
    change.done()
    close.sign_everybody_out(everybody)
    return True
