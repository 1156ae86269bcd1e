"""Tell the owner that a calendar that is asked for busy times has not answered for days."""

from chalicelib.activity import outbox
from chalicelib.activity.happened import Happened
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.visit import Visit


def owner(change: Change, visit: Visit, happened: Happened) -> None:
    """Put the mail into the outbox with `change`."""
    path = f"/employees/{happened.detail['employee_id']}/busy-sources"
    mail = {"kind": "calendar_silent", "employee_id": None, "path": path}
    row_id = f"{happened.id}-calendar_silent-mail"
    subject = ("calendar_source", str(happened.subject_id))
    outbox.add(change, visit, "mail", mail, row_id=row_id, due_at=visit.at, subject=subject, new=True)
