"""Rows of this room: facts in the log, rows in the outbox."""

from typing import Any

from chalicelib.plumbing import attributes
from chalicelib.plumbing.rows import Record

LOG = attributes.About(
    "employee", "accountability", "Art. 6(1)(f) GDPR", "activity", category="meta", forgotten="expire"
)
OUTBOX = attributes.About("customer", "reminder", "Art. 28 GDPR", "outbox", category="meta", forgotten="delete")

ADDRESS = LOG.but(retention="address")
SEAL = LOG.but(subject="nobody", retention="seal", forgotten="keep")
COUNTS = LOG.but(subject="nobody", purpose="contract", basis="Art. 6(1)(b) GDPR", retention="counters")


class FactRow(Record):
    """One thing that happened. Partition: the partner (`-` for nobody's); sort: an id that sorts by time."""

    lifecycle = "activity"

    at = attributes.instant(LOG)
    kind = attributes.text(LOG)
    employee_id = attributes.text(LOG, optional=True)
    ip = attributes.personal(ADDRESS, optional=True)
    source = attributes.text(LOG)
    subject_kind = attributes.text(LOG, optional=True)
    subject_id = attributes.text(LOG, optional=True)
    detail = attributes.document(LOG, optional=True)
    salt = attributes.text(LOG, optional=True)  # goes with what is blacked out, so that no hash can be guessed back
    veiled = attributes.document(LOG, optional=True)  # hashes of what was blacked out: the chain still holds
    ledger = attributes.text(
        LOG, optional=True
    )  # which row of the ledger was written with it, and the hash of that row
    expiry_shard = attributes.text(LOG)

    def hashable(self, name: str) -> Any:
        """What the hashes of the chain are made of: of a row that was read, the IP address as it is stored, enciphered.

        So the chain can be checked without any key, and still holds when the key is gone.
        """
        return self.enciphered(name) if name == "ip" else getattr(self, name)


class SealRow(Record):
    """A finished UTC day of a partner, sealed into the chain of its days. Key: (partner, `seal#YYYY-MM-DD`); never changed."""

    lifecycle = "activity"

    facts = attributes.number(SEAL)
    hash = attributes.text(SEAL)
    previous = attributes.text(SEAL)  # the hash of the partner's seal before this one, "" for the first
    sealed_at = attributes.instant(SEAL)
    expiry_shard = attributes.text(
        SEAL, optional=True
    )  # only once the account is closed: a seal is as old as its partner


class CountRow(Record):
    """How often what happened on a UTC day of a partner, without persons. Key: (partner, `count#YYYY-MM-DD`)."""

    lifecycle = "activity"

    counts = attributes.document(COUNTS)  # [[local day, kind, source, channel or "", how often], ...]
    parts = attributes.document(COUNTS, optional=True)  # [[local day, parts of SMS that were sent], ...]
    expiry_shard = attributes.text(COUNTS)


class RollupRow(Record):
    """How far the days are closed. Key: (`rollup`, `progress`)."""

    lifecycle = "activity"

    next_on = attributes.day(SEAL)  # the first day that is not closed yet
    shard = attributes.number(SEAL)  # where on that day the last run stopped: this shard,
    after = attributes.text(SEAL, optional=True)  # behind this partner


class ToldRow(Record):
    """A line of the log that says what was told of a customer, found by that customer.

    Key: (`<partner id>#told`, `<customer id>#<instant>#<id of the fact>`).
    """

    expiry_shard = attributes.text(LOG.but(subject="customer"))


class OutboxRow(Record):
    """One thing to be done outside, or later. Partition: the partner's outbox; sort: its id.

    `due_shard` and `due_at` are there while it waits, and gone when it is done: so the index holds what is due only.
    """

    task = attributes.text(OUTBOX)
    correlation_id = attributes.text(OUTBOX, optional=True)  # the request that began it: log, vendor and row meet in it
    state = attributes.text(OUTBOX)  # waiting, claimed, done, failed, dropped
    body = attributes.personal_document(OUTBOX.but(category="contact", forgotten="shred"), optional=True)
    created_at = attributes.instant(OUTBOX)
    due_at = attributes.instant(OUTBOX, optional=True)
    due_shard = attributes.text(OUTBOX, optional=True)
    planned_at = attributes.instant(OUTBOX)
    attempts = attributes.number(OUTBOX)
    tried_at = attributes.instant(
        OUTBOX, optional=True
    )  # first try whose end nobody knows; gone once one surely failed
    told_at = attributes.document(OUTBOX, optional=True)  # when earlier tries told the vendor something, as texts
    claim = attributes.text(OUTBOX, optional=True)
    was = attributes.text(OUTBOX, optional=True)  # its state when it was claimed: `claimed` where a worker died with it
    finished_at = attributes.instant(OUTBOX, optional=True)
    outcome = attributes.text(OUTBOX, optional=True)
    provider_id = attributes.text(OUTBOX, optional=True)
    delivery = attributes.text(OUTBOX, optional=True)
    delivery_at = attributes.instant(OUTBOX, optional=True)
    parts = attributes.number(OUTBOX, optional=True)
    subject_kind = attributes.text(OUTBOX, optional=True)
    subject_id = attributes.text(OUTBOX, optional=True)
    lookup = attributes.text(OUTBOX, optional=True)
    lookup_at = attributes.text(OUTBOX, optional=True)
    expiry_shard = attributes.text(OUTBOX)
