"""Put messages into the outbox: only references, for the text is written when it goes."""

from datetime import datetime
from typing import Any

from chalicelib.activity import outbox
from chalicelib.activity.happened import Happened
from chalicelib.booking.find import Appointment
from chalicelib.messaging import known, rules
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.visit import Visit


def current(happened: Happened) -> tuple[Appointment, rules.Facts] | None:
    """The appointment that a fact is about, or None when it is no longer as this fact left it.

    Then a later fact has its own messages, or whoever they would go to is gone.
    """
    found = known.of(happened.partner_id, happened.subject_id or "")
    if found is None or int(happened.detail.get("sequence", found[0].sequence)) != found[0].sequence:
        return None
    return found[0], known.facts(*found)


def to_customer(change: Change, visit: Visit, happened: Happened, kind: str) -> None:
    """A mail if there is an address, and an SMS if the person wished it."""
    found = current(happened)
    if found is None:
        return
    one, facts = found
    if facts.status not in rules.KINDS[kind].statuses:
        return
    for channel, wanted in (("mail", facts.has_mail), ("sms", facts.sms_allowed)):
        if wanted:
            row_id = f"{happened.id}-{kind}-{channel}"
            on_appointment(change, visit, channel, kind, row_id=row_id, one=one, due_at=visit.at)


def on_appointment(
    change: Change,
    visit: Visit,
    channel: str,
    kind: str,
    *,
    row_id: str,
    one: Appointment,
    due_at: datetime,
    next_due_at: datetime | None = None,
) -> None:
    """One message about an appointment as it is now; it goes only if the appointment is still the same then."""
    body: dict[str, Any] = {"kind": kind, "appointment_id": one.id, "sequence": one.sequence}
    if next_due_at is not None:
        body["next_due_at"] = next_due_at.isoformat()
    outbox.add(
        change, visit, channel, body, row_id=row_id, due_at=due_at, subject=("appointment", one.id), new=True
    )  # fmt: skip


def to_account(change: Change, visit: Visit, happened: Happened, kind: str, *, path: str | None = None) -> None:
    """A mail to the partner or, where the fact names one, to somebody who works there; its link leads to `path`."""
    employee_id = happened.subject_id if happened.subject_kind == "employee" else happened.detail.get("employee_id")
    body = {"kind": kind, "employee_id": employee_id, **({"path": path} if path else {})}
    subject = ("employee", str(employee_id)) if employee_id else ("partner", happened.partner_id)
    row_id = f"{happened.id}-{kind}-mail"
    outbox.add(change, visit, "mail", body, row_id=row_id, due_at=visit.at, subject=subject, new=True)
