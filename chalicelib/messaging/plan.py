"""Plan the reminders of an appointment: a reminder is an outbox row that is due later."""

from chalicelib.activity.happened import Happened
from chalicelib.messaging import post, rules
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.visit import Visit


def reminders(change: Change, visit: Visit, happened: Happened) -> None:
    """One row for each lead time of the service that still makes sense, with `change`.

    Those of an earlier time need not be found: they notice when they are due that they were overtaken.
    """
    found = post.current(happened)
    if found is None:
        return
    one, facts = found
    channel = "sms" if facts.sms_allowed else "mail" if facts.has_mail else None
    if channel is None or one.service is None or facts.status not in rules.KINDS["reminder"].statuses:
        return
    planned = rules.reminders(
        facts.start_at, one.service.reminder_hours, booked_at=happened.at, at=visit.at
    )  # fmt: skip
    for place, (lead, due_at) in enumerate(planned, 1):
        next_due_at = planned[place][1] if place < len(planned) else None
        row_id = f"{one.id}-{facts.sequence}-reminder-{lead}-{channel}"
        post.on_appointment(
            change, visit, channel, "reminder",
            row_id=row_id, one=one, due_at=due_at, next_due_at=next_due_at,
        )  # fmt: skip
