"""Rows of this room: facts in the log, rows in the outbox."""

from typing import Any

from chalicelib.plumbing import table

LOG = table.About("employee", "accountability", "Art. 6(1)(f) GDPR", "activity", category="meta", forgotten="expire")
OUTBOX = table.About("customer", "reminder", "Art. 28 GDPR", "outbox", category="meta", forgotten="delete")

SEAL = LOG.but(subject="nobody", retention="seal", forgotten="keep")
COUNTS = LOG.but(subject="nobody", purpose="contract", basis="Art. 6(1)(b) GDPR", retention="counters")


class FactRow(table.Record):
    """One thing that happened. Partition: the partner (`-` for nobody's); sort: an id that sorts by time."""

    lifecycle = "activity"

    at = table.instant(LOG)
    kind = table.text(LOG)
    employee_id = table.text(LOG, optional=True)
    ip = table.personal(LOG, optional=True)
    source = table.text(LOG)
    subject_kind = table.text(LOG, optional=True)
    subject_id = table.text(LOG, optional=True)
    detail = table.document(LOG, optional=True)
    salt = table.text(LOG, optional=True)  # goes with what is blacked out, so that no hash can be guessed back
    veiled = table.document(LOG, optional=True)  # hashes of what was blacked out: the chain still holds
    ledger = table.text(LOG, optional=True)  # which row of the ledger was written with it, and the hash of that row
    expiry_shard = table.text(LOG)

    def hashable(self, name: str) -> Any:
        """What the hashes of the chain are made of: of a row that was read, the IP address as it is stored, enciphered.

        So the chain can be checked without any key, and still holds when the key is gone.
        """
        return self.enciphered(name) if name == "ip" else getattr(self, name)


class SealRow(table.Record):
    """A finished UTC day of a partner, sealed into the chain of its days. Key: (partner, `seal#YYYY-MM-DD`); never changed."""

    lifecycle = "activity"

    facts = table.number(SEAL)
    hash = table.text(SEAL)
    previous = table.text(SEAL)  # the hash of the partner's seal before this one, "" for the first
    sealed_at = table.instant(SEAL)
    expiry_shard = table.text(SEAL, optional=True)  # only once the account is closed: a seal is as old as its partner


class CountRow(table.Record):
    """How often what happened on a UTC day of a partner, without persons. Key: (partner, `count#YYYY-MM-DD`)."""

    lifecycle = "activity"

    counts = table.document(COUNTS)  # [[local day, kind, source, channel or "", how often], ...]
    parts = table.document(COUNTS, optional=True)  # [[local day, parts of SMS that were sent], ...]
    expiry_shard = table.text(COUNTS)


class RollupRow(table.Record):
    """How far the days are closed. Key: (`rollup`, `progress`)."""

    lifecycle = "activity"

    next_on = table.day(SEAL)  # the first day that is not closed yet
    shard = table.number(SEAL)  # where on that day the last run stopped: this shard,
    after = table.text(SEAL, optional=True)  # behind this partner


class ToldRow(table.Record):
    """A line of the log that says what was told of a customer, found by that customer.

    Key: (`<partner id>#told`, `<customer id>#<instant of the line>`).
    """

    expiry_shard = table.text(LOG.but(subject="customer"))


class OutboxRow(table.Record):
    """One thing to be done outside, or later. Partition: the partner's outbox; sort: its id.

    `due_shard` and `due_at` are there while it waits, and gone when it is done: so the index holds what is due only.
    """

    task = table.text(OUTBOX)
    correlation_id = table.text(OUTBOX, optional=True)  # the request that began it: log, vendor and row meet in it
    state = table.text(OUTBOX)  # waiting, claimed, done, failed, dropped
    body = table.personal_document(OUTBOX.but(category="contact", forgotten="shred"), optional=True)
    created_at = table.instant(OUTBOX)
    due_at = table.instant(OUTBOX, optional=True)
    due_shard = table.text(OUTBOX, optional=True)
    planned_at = table.instant(OUTBOX)
    attempts = table.number(OUTBOX)
    tried_at = table.instant(OUTBOX, optional=True)  # first try whose end nobody knows; gone once one surely failed
    told_at = table.document(OUTBOX, optional=True)  # when earlier tries told the vendor something, as texts
    claim = table.text(OUTBOX, optional=True)
    was = table.text(OUTBOX, optional=True)  # its state when it was claimed: `claimed` where a worker died with it
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
