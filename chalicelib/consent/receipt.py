"""The receipt of an acceptance: enough to prove it with nothing else at hand."""

from typing import Any

from chalicelib.consent import consents, find
from chalicelib.consent.records import AcceptanceRow
from chalicelib.plumbing import settings, table
from chalicelib.plumbing.refusals import Missing


def of(partner_id: str, receipt_id: str) -> dict[str, Any]:
    """The acceptance `<text>.<version>` of a partner, whether its words are still those of today, and who published them.

    No IP address is in it: time, person and way are enough to prove it, and it is kept for ten years. The log of actions
    holds the address for as long as it is kept. Raises Missing.
    """
    name, _, version = receipt_id.partition(".")
    row = table.get(AcceptanceRow, partner_id, f"acceptance#{name}#{version}") if version else None
    if row is None:
        raise Missing
    here = settings.get()
    return {
        **consents.shown(row),
        "partner_id": partner_id,
        "employee_id": row.employee_id,
        "unchanged": row.text_hash == find.policy(name, version).hashes.get(row.language),
        "text_url": f"{here.public_url}/policies/{name}?version={version}&language={row.language}",
        "operator": {"name": here.operator_name or None, "address": list(here.operator_address)},
    }
