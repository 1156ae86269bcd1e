"""Rows of this room: facts in the log, rows in the outbox."""

from chalicelib.plumbing import table

LOG = table.About("employee", "accountability", "Art. 6(1)(f) GDPR", "activity", category="meta", forgotten="expire")
OUTBOX = table.About("customer", "reminder", "Art. 28 GDPR", "outbox", category="meta", forgotten="delete")


class FactRow(table.Record):
    """One thing that happened. Partition: the partner (`-` for nobody's); sort: an id that sorts by time."""

    lifecycle = "activity"

    at = table.instant(LOG)
    kind = table.text(LOG)
    employee_id = table.text(LOG, optional=True)
    ip = table.text(LOG, optional=True)
    source = table.text(LOG)
    subject_kind = table.text(LOG, optional=True)
    subject_id = table.text(LOG, optional=True)
    detail = table.document(LOG, optional=True)
    expiry_shard = table.text(LOG)


class OutboxRow(table.Record):
    """One thing to be done outside, or later. Partition: the partner's outbox; sort: its id.

    `due_shard` and `due_at` are there while it waits, and gone when it is done: so the index holds what is due only.
    """

    task = table.text(OUTBOX)
    state = table.text(OUTBOX)  # waiting, claimed, done, failed, dropped
    body = table.personal_document(OUTBOX.but(category="contact", forgotten="shred"), optional=True)
    created_at = table.instant(OUTBOX)
    due_at = table.instant(OUTBOX, optional=True)
    due_shard = table.text(OUTBOX, optional=True)
    planned_at = table.instant(OUTBOX)
    attempts = table.number(OUTBOX)
    tried_at = table.instant(OUTBOX, optional=True)  # first try whose end nobody knows; gone once one surely failed
    claim = table.text(OUTBOX, optional=True)
    finished_at = table.instant(OUTBOX, optional=True)
    outcome = table.text(OUTBOX, optional=True)
    provider_id = table.text(OUTBOX, optional=True)
    delivery = table.text(OUTBOX, optional=True)
    delivery_at = table.instant(OUTBOX, optional=True)
    parts = table.number(OUTBOX, optional=True)
    subject_kind = table.text(OUTBOX, optional=True)
    subject_id = table.text(OUTBOX, optional=True)
    lookup = table.text(OUTBOX, optional=True)
    lookup_at = table.text(OUTBOX, optional=True)
    expiry_shard = table.text(OUTBOX)
