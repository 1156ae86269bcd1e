"""Tell the owner that nothing is sent to one of their own systems any more."""

from chalicelib.activity import outbox
from chalicelib.activity.happened import Happened
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.visit import Visit


def owner(change: Change, visit: Visit, happened: Happened) -> None:
    """Put the mail into the outbox with `change`."""
    mail = {"kind": "webhook_stopped", "employee_id": None, "path": f"/webhook-endpoints/{happened.subject_id}"}
    row_id = f"{happened.id}-webhook_stopped-mail"
    subject = ("webhook", str(happened.subject_id))
    outbox.add(change, visit, "mail", mail, row_id=row_id, due_at=visit.at, subject=subject, new=True)
