"""Which files were asked for, how far each is, and which one is being made."""

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
