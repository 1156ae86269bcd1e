"""The link by which a new partner proves that the mail address is theirs."""

from datetime import timedelta

from chalicelib.accounts import rules
from chalicelib.accounts.records import PartnerRow
from chalicelib.plumbing import links, settings, table

PURPOSE = "confirm"


def of(partner_id: str) -> str | None:
    """The address to put into the mail, good for 48 hours from the registration; None when there is nothing to confirm."""
    row = table.get(PartnerRow, partner_id, "profile")
    if row is None or row.status != "pending":
        return None
    until = row.created_at + timedelta(hours=rules.CONFIRM_HOURS)
    token = links.make(PURPOSE, [partner_id], expires_at=until)
    return f"{settings.get().public_url}/forms/confirm-email?token={token}"
