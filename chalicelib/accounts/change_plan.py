"""Give a partner another plan, in the change that says why."""

from chalicelib.accounts import version
from chalicelib.accounts.records import PartnerRow
from chalicelib.plumbing.change import Change


def partner(change: Change, partner_id: str, plan: str) -> None:
    """Add to `change` that this plan applies from now on; Stale for a partner who is not active."""
    change.update(PartnerRow(partner_id, "profile"), [PartnerRow.plan.set(plan)], PartnerRow.status == "active")
    version.bump(change, partner_id)
