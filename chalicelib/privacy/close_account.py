"""Close a partner's account: nobody comes in any more, the booking page is gone, and everything is erased at once."""

from typing import Any

from chalicelib.accounts import close, prove
from chalicelib.activity import outbox, record
from chalicelib.consent import leave
from chalicelib.plumbing import ids
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.refusals import invalid
from chalicelib.plumbing.visit import Visit
from chalicelib.privacy import certificate, erase_account, facts
from chalicelib.privacy.records import CertificateRow


def account(visit: Visit, *, password: str, confirm: bool) -> dict[str, Any]:
    """`{certificate}`: the id under which anybody who has it can follow the erasure.

    Raises Invalid `wrong_password` or `not_confirmed`, TooMany, and Missing for an account that is closed already.
    """
    if not confirm:
        raise invalid("confirm", "not_confirmed")
    prove.password(visit, password)
    certificate_id = ids.secret()[:32]
    change = Change(visit)
    everybody = close.account(change, visit.partner)
    change.put_new(CertificateRow(certificate.PARTITION, certificate_id, subject_kind="partner", asked_at=visit.at))
    record.fact(change, visit, facts.ACCOUNT_CLOSED, subject=("partner", visit.partner))
    leave.newsletter(change, visit, how="closure", closing=True)
    body = {"certificate": certificate_id}
    outbox.add(change, visit, erase_account.TASK, body, row_id=ids.new(visit.at), due_at=visit.at)
    result = change.done({"certificate": certificate_id})
    close.sign_everybody_out(everybody)
    return result
