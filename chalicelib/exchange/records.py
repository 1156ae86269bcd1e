"""Which files were asked for or brought, how far each is, and which one is being worked on."""

from chalicelib.plumbing import table

EXPORT = table.About("partner", "contract", "Art. 6(1)(c) GDPR, Art. 20 GDPR, Art. 28 DSG", "export", category="meta")
MINE = EXPORT.but(subject="customer", basis="Art. 28 GDPR")


class ExportRow(table.Record):
    """One file. Key: (`<partner id>#exports`, `<id>`); of a customer's own (`my#<customer id>#<id>`)."""

    what = table.text(EXPORT)
    format = table.text(EXPORT)
    language = table.text(EXPORT)
    state = table.text(EXPORT)  # waiting, running, ready, failed, expired
    asked_at = table.instant(EXPORT)
    asked_by = table.text(EXPORT.but(subject="employee"), optional=True)
    appointment_id = table.text(MINE, optional=True)  # by whose link a customer asked
    tries = table.number(EXPORT)
    lease_until = table.instant(EXPORT, optional=True)
    claim = table.text(EXPORT, optional=True)
    rows_done = table.number(EXPORT)
    rows_total = table.number(EXPORT, optional=True)
    bytes = table.number(EXPORT, optional=True)
    hash = table.text(EXPORT, optional=True)
    ready_at = table.instant(EXPORT, optional=True)
    expires_at = table.instant(EXPORT, optional=True)
    expiry_shard = table.text(EXPORT)


class RunningRow(table.Record):
    """That a file of a kind is being made. Key: (`<partner id>#exports`, `running#<kind>`); a customer's own `running#<customer id>`."""

    export_id = table.text(EXPORT)
    until_at = table.instant(EXPORT)
    expiry_shard = table.text(EXPORT)


IMPORT = table.About("partner", "contract", "Art. 28 GDPR", "import", category="meta")


class ImportRow(table.Record):
    """One file that is to be taken in. Key: (`<partner id>#imports`, `<id>`)."""

    what = table.text(IMPORT)
    format = table.text(IMPORT)  # xlsx, json
    dry_run = table.flag(IMPORT)
    tell = table.flag(IMPORT)  # whether customers are told of their appointments, and the team is invited
    language = table.text(IMPORT)
    state = table.text(IMPORT)  # waiting, running, ready, done, failed, refused
    asked_at = table.instant(IMPORT)
    asked_by = table.text(IMPORT.but(subject="employee"), optional=True)
    role = table.text(IMPORT)
    run = table.number(IMPORT)  # how often it was asked for: to check, to check again, to take in
    tries = table.number(IMPORT)
    lease_until = table.instant(IMPORT, optional=True)
    claim = table.text(IMPORT, optional=True)
    phase = table.text(IMPORT, optional=True)  # keep, write, undo; none while it is only being checked
    step = table.number(IMPORT)  # how many steps of the phase are done
    steps = table.number(IMPORT, optional=True)  # how many there are
    mapping = table.personal_document(IMPORT, optional=True)  # what was chosen for columns, by their plain heading
    columns = table.personal_document(
        IMPORT, optional=True
    )  # headings as they stand in the file, and what they were taken for
    rows = table.number(IMPORT)
    created = table.number(IMPORT)
    updated = table.number(IMPORT)
    unchanged = table.number(IMPORT)
    skipped = table.number(IMPORT)
    errors = table.personal_document(IMPORT, optional=True)  # rows, headings and codes of what is wrong
    more_errors = table.number(IMPORT)
    finished_at = table.instant(IMPORT, optional=True)
    expires_at = table.instant(IMPORT, optional=True)  # when the file goes; none when it is gone
    expiry_shard = table.text(IMPORT)


class ImportingRow(table.Record):
    """That a file is being worked on. Key: (`<partner id>#imports`, `running`)."""

    import_id = table.text(IMPORT)
    until_at = table.instant(IMPORT)
    expiry_shard = table.text(IMPORT)


class MappingRow(table.Record):
    """What columns were taken for the last time. Key: (`<partner id>#imports`, `mapping#<what>`). It goes with the account."""

    chosen = table.personal_document(IMPORT.but(retention="account"))  # by their plain heading
    changed_at = table.instant(IMPORT.but(retention="account"))
