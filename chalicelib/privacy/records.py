"""The purge and its proofs, certificates, rights requests, breaches; and what the purge has to see of any row with a date."""

from chalicelib.plumbing import table

PROOF = table.About("nobody", "accountability", "Art. 5(2) GDPR", "proof", category="meta", forgotten="keep")

CERTIFICATE = PROOF.but(retention="certificate")

REQUEST = table.About("customer", "rights", "Art. 12 GDPR, Art. 25 DSG", "request", category="meta", forgotten="redact")
BREACH = table.About("partner", "accountability", "Art. 33(5) GDPR, Art. 15(4) DSV", "breach", forgotten="keep")


class PurgeRow(table.Record):
    """Where the purge stands. Key: (`privacy`, `purge`).

    `plan` holds the rows it has begun to remove: after a crash they are counted as removed, whoever removed them.
    """

    version = table.number(PROOF)
    next_on = table.day(PROOF)
    done_on = table.day(PROOF, optional=True)  # the day whose work is all done, and proven
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
    counts = table.document(PROOF)  # {class: {"deleted", "kept", "held", "failed"}}
    failed = table.number(PROOF)
    ids_root = table.text(PROOF)
    prev_hash = table.text(PROOF)
    hash = table.text(PROOF)
    keep_until = table.day(PROOF, optional=True)
    expiry_shard = table.text(PROOF, optional=True)


class GoneRow(table.Record):
    """The last proof that went on its day: the chain goes on from there. Key: (`privacy`, `proofs`)."""

    number = table.number(PROOF)
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
    erased_again = table.document(CERTIFICATE, optional=True)  # [{"at", "as_of", "count"}, ...]: see certificate.again
    held_until = table.day(CERTIFICATE, optional=True)  # while a hold stands in the way
    keep_until = table.day(CERTIFICATE, optional=True)
    expiry_shard = table.text(CERTIFICATE, optional=True)


class RequestRow(table.Record):
    """One person's request under data protection law. Key: (`<partner id>#requests`, id).

    It has no date while it is open. `steps` say what happened when: [{"at", "kind", "by"}, ...].
    """

    kind = table.text(REQUEST)
    state = table.text(REQUEST)  # open, answered, refused
    entered_by = table.text(REQUEST)  # customer, partner
    customer_id = table.text(REQUEST, optional=True)
    person = table.personal(REQUEST.but(category="contact"), optional=True)  # who is not among the customers
    words = table.personal(REQUEST, optional=True)
    received_on = table.day(REQUEST)
    due_on = table.day(REQUEST)
    extended_because = table.personal(REQUEST, optional=True)
    answer = table.personal(REQUEST, optional=True)
    closed_at = table.instant(REQUEST, optional=True)
    steps = table.document(REQUEST)
    created_at = table.instant(REQUEST)
    expiry_shard = table.text(REQUEST, optional=True)


class BreachRow(table.Record):
    """One note on a breach of data security. Key: (`<partner id>#breaches`, `<id>#<number of the note>`); never changed.

    The first note has the number 001; each correction is a whole note again.
    """

    lifecycle = "ledger"

    noticed_at = table.instant(BREACH)
    noted_at = table.instant(BREACH)
    noted_by = table.text(BREACH, optional=True)
    what = table.personal(BREACH)
    data_kinds = table.personal(BREACH)
    people_count = table.number(BREACH, optional=True)
    consequences = table.personal(BREACH, optional=True)
    measures = table.personal(BREACH, optional=True)
    authority_told_at = table.instant(BREACH, optional=True)
    people_told_at = table.instant(BREACH, optional=True)
    not_told_because = table.personal(BREACH, optional=True)
    keep_until = table.day(BREACH)
    expiry_shard = table.text(BREACH)


class DueRow(table.Record):
    """The day of any row of `records`, read consistently before it is touched."""

    expiry_shard = table.text(table.KEYS, optional=True)


class DueInActivity(DueRow):
    """The same for `activity`."""

    lifecycle = "activity"


class DueInLedger(DueRow):
    """The same for `ledger`."""

    lifecycle = "ledger"
