"""Tell whoever serves an appointment what a customer did: booked, moved or cancelled it."""

from chalicelib.activity.happened import Happened
from chalicelib.messaging import post
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.visit import Visit

_KINDS = {
    "appointment.booked": "notice_booked",
    "appointment.moved": "notice_moved",
    "appointment.cancelled": "notice_cancelled",
}


def change(change: Change, visit: Visit, happened: Happened) -> None:
    """Put the mail into the outbox with `change`; nothing for what the partner's own people did."""
    found = post.current(happened) if happened.by_customer else None
    if found is not None:
        kind = _KINDS[happened.kind]
        row_id = f"{happened.id}-{kind}-mail"
        post.on_appointment(change, visit, "mail", kind, row_id=row_id, one=found[0], due_at=visit.at)
