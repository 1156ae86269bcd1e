"""Remind the owner of a request that is still open and due soon."""

from chalicelib.activity import outbox
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.refusals import Missing
from chalicelib.plumbing.visit import Visit
from chalicelib.privacy import rights

TASK = "request_reminder"


def owner(visit: Visit, row: outbox.Row) -> None:
    """Put the mail into the outbox, unless the request was closed or extended since; end the row."""
    body = row.body or {}
    change = Change(visit)
    if _still_open(visit.partner, str(body.get("request_id")), str(body.get("due_on"))):
        mail = {"kind": "request_due", "employee_id": None, "path": f"/requests/{body['request_id']}"}
        row_id = f"{row.sk}-request_due-mail"
        subject = ("request", str(body["request_id"]))
        outbox.add(change, visit, "mail", mail, row_id=row_id, due_at=visit.at, subject=subject, new=True)
        outbox.finish(change, row, visit.at, state="done", outcome="reminded")
    else:
        outbox.finish(change, row, visit.at, state="dropped", outcome="overtaken")
    change.done()


def _still_open(partner_id: str, request_id: str, due_on: str) -> bool:
    try:
        row = rights.row(partner_id, request_id)
    except Missing:
        return False
    return bool(row.state == "open" and row.due_on.isoformat() == due_on)
