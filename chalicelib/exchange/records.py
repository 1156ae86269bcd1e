"""Which files were asked for or brought, how far each is, and which one is being worked on."""

from chalicelib.plumbing import attributes
from chalicelib.plumbing.rows import Record

EXPORT = attributes.About(
    "partner", "contract", "Art. 6(1)(c) GDPR, Art. 20 GDPR, Art. 28 DSG", "export", category="meta"
)
MINE = EXPORT.but(subject="customer", basis="Art. 28 GDPR")


class ExportRow(Record):
    """One file. Key: (`<partner id>#exports`, `<id>`); of a customer's own (`my#<customer id>#<id>`)."""

    what = attributes.text(EXPORT)
    format = attributes.text(EXPORT)
    language = attributes.text(EXPORT)
    state = attributes.text(EXPORT)  # waiting, running, ready, failed, expired
    asked_at = attributes.instant(EXPORT)
    asked_by = attributes.text(EXPORT.but(subject="employee"), optional=True)
    appointment_id = attributes.text(MINE, optional=True)  # by whose link a customer asked
    tries = attributes.number(EXPORT)
    lease_until = attributes.instant(EXPORT, optional=True)
    claim = attributes.text(EXPORT, optional=True)
    rows_done = attributes.number(EXPORT)
    rows_total = attributes.number(EXPORT, optional=True)
    bytes = attributes.number(EXPORT, optional=True)
    hash = attributes.text(EXPORT, optional=True)
    ready_at = attributes.instant(EXPORT, optional=True)
    expires_at = attributes.instant(EXPORT, optional=True)
    expiry_shard = attributes.text(EXPORT)


class RunningRow(Record):
    """That a file of a kind is being made. Key: (`<partner id>#exports`, `running#<kind>`); a customer's own `running#<customer id>`."""

    export_id = attributes.text(EXPORT)
    until_at = attributes.instant(EXPORT)
    expiry_shard = attributes.text(EXPORT)


IMPORT = attributes.About("partner", "contract", "Art. 28 GDPR", "import", category="meta")


class ImportRow(Record):
    """One file that is to be taken in. Key: (`<partner id>#imports`, `<id>`)."""

    what = attributes.text(IMPORT)
    format = attributes.text(IMPORT)  # xlsx, json
    dry_run = attributes.flag(IMPORT)
    tell = attributes.flag(IMPORT)  # whether customers are told of their appointments, and the team is invited
    language = attributes.text(IMPORT)
    state = attributes.text(IMPORT)  # waiting, running, ready, done, failed, refused
    asked_at = attributes.instant(IMPORT)
    asked_by = attributes.text(IMPORT.but(subject="employee"), optional=True)
    role = attributes.text(IMPORT)
    run = attributes.number(IMPORT)  # how often it was asked for: to check, to check again, to take in
    tries = attributes.number(IMPORT)
    lease_until = attributes.instant(IMPORT, optional=True)
    claim = attributes.text(IMPORT, optional=True)
    phase = attributes.text(IMPORT, optional=True)  # keep, write, undo; none while it is only being checked
    step = attributes.number(IMPORT)  # how many steps of the phase are done
    steps = attributes.number(IMPORT, optional=True)  # how many there are
    mapping = attributes.personal_document(IMPORT, optional=True)  # what was chosen for columns, by their plain heading
    columns = attributes.personal_document(
        IMPORT, optional=True
    )  # headings as they stand in the file, and what they were taken for
    rows = attributes.number(IMPORT)
    created = attributes.number(IMPORT)
    updated = attributes.number(IMPORT)
    unchanged = attributes.number(IMPORT)
    skipped = attributes.number(IMPORT)
    errors = attributes.personal_document(IMPORT, optional=True)  # rows, headings and codes of what is wrong
    more_errors = attributes.number(IMPORT)
    finished_at = attributes.instant(IMPORT, optional=True)
    expires_at = attributes.instant(IMPORT, optional=True)  # when the file goes; none when it is gone
    expiry_shard = attributes.text(IMPORT)


class ImportingRow(Record):
    """That a file is being worked on. Key: (`<partner id>#imports`, `running`)."""

    import_id = attributes.text(IMPORT)
    until_at = attributes.instant(IMPORT)
    expiry_shard = attributes.text(IMPORT)


class MappingRow(Record):
    """What columns were taken for the last time. Key: (`<partner id>#imports`, `mapping#<what>`). It goes with the account."""

    chosen = attributes.personal_document(IMPORT.but(retention="account"))  # by their plain heading
    changed_at = attributes.instant(IMPORT.but(retention="account"))
