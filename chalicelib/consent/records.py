"""Who accepted which text, when and where: kept as long as it may have to be proven."""

from chalicelib.plumbing import table

PROOF = table.About("partner", "accountability", "Art. 7(1) GDPR", "acceptance", category="contract", forgotten="keep")


class AcceptanceRow(table.Record):
    """One version accepted by one partner, once. Key: (partner id, `acceptance#<policy>#<version>`); never changed."""

    lifecycle = "ledger"

    policy = table.text(PROOF)
    version = table.text(PROOF)
    text_hash = table.text(PROOF)
    language = table.text(PROOF)
    channel = table.text(PROOF)
    employee_id = table.text(PROOF, optional=True)
    at = table.instant(PROOF)
