"""How far the purge is, what it is about to do, and its proofs; and what it has to see of any row that goes by a date."""

from chalicelib.plumbing import table

PROOF = table.About("nobody", "accountability", "Art. 5(2) GDPR", "proof", category="meta", forgotten="keep")

CERTIFICATE = PROOF.but(retention="certificate")


class PurgeRow(table.Record):
    """Where the purge stands. Key: (`privacy`, `purge`).

    `plan` holds the rows it has begun to remove: after a crash they are counted as removed, whoever removed them.
    """

    version = table.number(PROOF)
    next_on = table.day(PROOF)
    run = table.document(
        PROOF, optional=True
    )  # {"id", "started_at", "counts", "ids_root"} of a run that is not finished
    plan = table.document(PROOF, optional=True)  # [[table, pk, sk, expiry_shard], ...]
    proofs = table.number(PROOF)
    last_hash = table.text(PROOF)


class ProofRow(table.Record):
    """What one run removed, in numbers and hashes. Key: (`purges`, number with ten digits); never changed."""

    lifecycle = "ledger"

    run_id = table.text(PROOF)
    started_at = table.instant(PROOF)
    cut_off = table.day(PROOF)
    complete = table.flag(PROOF)
    counts = table.document(PROOF)  # {class: {"deleted", "kept", "failed"}}
    failed = table.number(PROOF)
    ids_root = table.text(PROOF)
    prev_hash = table.text(PROOF)
    hash = table.text(PROOF)


class CheckpointRow(table.Record):
    """The last checkpoint. Key: (`checkpoint`, `progress`)."""

    lifecycle = "activity"

    number = table.number(PROOF)
    until_at = table.instant(PROOF)
    hash = table.text(PROOF)
    ledger_head = table.text(PROOF)
    ledger_rows = table.number(PROOF)


class CertificateRow(table.Record):
    """What was done about one request to erase. Key: (`certificates`, id); nobody can be recognised from it.

    `planned` holds what was found when the erasure began, so that a run which dies does not change the figures.
    """

    lifecycle = "ledger"

    subject_kind = table.text(CERTIFICATE)
    asked_at = table.instant(CERTIFICATE)
    planned = table.document(CERTIFICATE, optional=True)  # [{"room", "outcome", "count", "until", "article"}, ...]
    completed_at = table.instant(CERTIFICATE, optional=True)
    processors = table.document(CERTIFICATE, optional=True)  # [{"name", "state", "acknowledged_at"}, ...]
    backups_unreadable_by = table.day(CERTIFICATE, optional=True)
    signature = table.text(CERTIFICATE, optional=True)
    key_id = table.text(CERTIFICATE, optional=True)


class DueRow(table.Record):
    """The day of any row of `records`, read consistently before it is touched."""

    expiry_shard = table.text(table.KEYS, optional=True)


class DueInActivity(DueRow):
    """The same for `activity`."""

    lifecycle = "activity"
