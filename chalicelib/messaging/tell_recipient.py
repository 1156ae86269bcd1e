"""Tell somebody whom a partner named as another recipient of an invoice what we know of them and from whom, once (Art. 14 GDPR)."""

from chalicelib.activity import outbox
from chalicelib.activity.happened import Happened
from chalicelib.billing import find
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.visit import Visit

KIND = "invoice_recipient"


def order(change: Change, visit: Visit, happened: Happened) -> None:
    """Put the mail into the outbox with `change`; nothing where nobody is named, or somebody who was told before."""
    order_id = str(happened.subject_id)
    if find.new_recipient(happened.partner_id, order_id) is None:
        return
    body = {"kind": KIND, "order": order_id}
    row_id = f"{happened.id}-{KIND}-mail"
    outbox.add(change, visit, "mail", body, row_id=row_id, due_at=visit.at, subject=("order", order_id), new=True)
