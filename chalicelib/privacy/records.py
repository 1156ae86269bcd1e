"""The purge and its proofs, certificates, rights requests, breaches; and what the purge has to see of any row with a date."""

from chalicelib.plumbing import attributes
from chalicelib.plumbing.rows import Record

PROOF = attributes.About("nobody", "accountability", "Art. 5(2) GDPR", "proof", category="meta", forgotten="keep")

CERTIFICATE = PROOF.but(retention="certificate")

REQUEST = attributes.About(
    "customer", "rights", "Art. 12 GDPR, Art. 25 DSG", "request", category="meta", forgotten="redact"
)
BREACH = attributes.About("partner", "accountability", "Art. 33(5) GDPR, Art. 15(4) DSV", "breach", forgotten="keep")


class PurgeRow(Record):
    """Where the purge stands. Key: (`privacy`, `purge`).

    `plan` holds the rows it has begun to remove: after a crash they are counted as removed, whoever removed them.
    """

    version = attributes.number(PROOF)
    next_on = attributes.day(PROOF)
    done_on = attributes.day(PROOF, optional=True)  # the day whose work is all done, and proven
    run = attributes.document(
        PROOF, optional=True
    )  # {"id", "started_at", "counts", "ids_root"} of a run that is not finished
    plan = attributes.document(PROOF, optional=True)  # [[table, pk, sk, expiry_shard], ...]
    proofs = attributes.number(PROOF)
    last_hash = attributes.text(PROOF)


class ProofRow(Record):
    """What one run removed, in numbers and hashes. Key: (`purges`, number with ten digits); never changed."""

    lifecycle = "ledger"

    run_id = attributes.text(PROOF)
    started_at = attributes.instant(PROOF)
    cut_off = attributes.day(PROOF)
    complete = attributes.flag(PROOF)
    counts = attributes.document(PROOF)  # {class: {"deleted", "kept", "held", "failed"}}
    failed = attributes.number(PROOF)
    ids_root = attributes.text(PROOF)
    prev_hash = attributes.text(PROOF)
    hash = attributes.text(PROOF)
    keep_until = attributes.day(PROOF, optional=True)
    expiry_shard = attributes.text(PROOF, optional=True)


class GoneRow(Record):
    """The last proof that went on its day: the chain goes on from there. Key: (`privacy`, `proofs`)."""

    number = attributes.number(PROOF)
    hash = attributes.text(PROOF)


class CheckpointRow(Record):
    """The last checkpoint. Key: (`checkpoint`, `progress`)."""

    lifecycle = "activity"

    number = attributes.number(PROOF)
    until_at = attributes.instant(PROOF)
    hash = attributes.text(PROOF)
    ledger_head = attributes.text(PROOF)
    ledger_rows = attributes.number(PROOF)


class CertificateRow(Record):
    """What was done about one request to erase. Key: (`certificates`, id); nobody can be recognised from it.

    `planned` holds what was found when the erasure began, so that a run which dies does not change the figures.
    """

    lifecycle = "ledger"

    subject_kind = attributes.text(CERTIFICATE)
    asked_at = attributes.instant(CERTIFICATE)
    planned = attributes.document(CERTIFICATE, optional=True)  # [{"room", "outcome", "count", "until", "article"}, ...]
    completed_at = attributes.instant(CERTIFICATE, optional=True)
    processors = attributes.document(CERTIFICATE, optional=True)  # [{"name", "state", "acknowledged_at"}, ...]
    backups_unreadable_by = attributes.day(CERTIFICATE, optional=True)
    signature = attributes.text(CERTIFICATE, optional=True)
    key_id = attributes.text(CERTIFICATE, optional=True)
    erased_again = attributes.document(
        CERTIFICATE, optional=True
    )  # [{"at", "as_of", "count"}, ...]: see certificate.again
    held_until = attributes.day(CERTIFICATE, optional=True)  # while a hold stands in the way
    keep_until = attributes.day(CERTIFICATE, optional=True)
    expiry_shard = attributes.text(CERTIFICATE, optional=True)


class RequestRow(Record):
    """One person's request under data protection law. Key: (`<partner id>#requests`, id).

    It has no date while it is open. `steps` say what happened when: [{"at", "kind", "by"}, ...].
    """

    kind = attributes.text(REQUEST)
    state = attributes.text(REQUEST)  # open, answered, refused
    entered_by = attributes.text(REQUEST)  # customer, partner
    customer_id = attributes.text(REQUEST, optional=True)
    person = attributes.personal(REQUEST.but(category="contact"), optional=True)  # who is not among the customers
    words = attributes.personal(REQUEST, optional=True)
    received_on = attributes.day(REQUEST)
    due_on = attributes.day(REQUEST)
    extended_because = attributes.personal(REQUEST, optional=True)
    answer = attributes.personal(REQUEST, optional=True)
    closed_at = attributes.instant(REQUEST, optional=True)
    steps = attributes.document(REQUEST)
    created_at = attributes.instant(REQUEST)
    expiry_shard = attributes.text(REQUEST, optional=True)


class BreachRow(Record):
    """One note on a breach of data security. Key: (`<partner id>#breaches`, `<id>#<number of the note>`); never changed.

    The first note has the number 001; each correction is a whole note again.
    """

    lifecycle = "ledger"

    noticed_at = attributes.instant(BREACH)
    noted_at = attributes.instant(BREACH)
    noted_by = attributes.text(BREACH, optional=True)
    what = attributes.personal(BREACH)
    data_kinds = attributes.personal(BREACH)
    people_count = attributes.number(BREACH, optional=True)
    consequences = attributes.personal(BREACH, optional=True)
    measures = attributes.personal(BREACH, optional=True)
    authority_told_at = attributes.instant(BREACH, optional=True)
    people_told_at = attributes.instant(BREACH, optional=True)
    not_told_because = attributes.personal(BREACH, optional=True)
    keep_until = attributes.day(BREACH)
    expiry_shard = attributes.text(BREACH)


class DueRow(Record):
    """The day of any row of `records`, read consistently before it is touched."""

    expiry_shard = attributes.text(attributes.KEYS, optional=True)


class DueInActivity(DueRow):
    """The same for `activity`."""

    lifecycle = "activity"


class DueInLedger(DueRow):
    """The same for `ledger`."""

    lifecycle = "ledger"
