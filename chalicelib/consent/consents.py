"""What a partner agreed to, as a list that can be shown and proven."""

from typing import Any

from chalicelib.consent import choices
from chalicelib.consent.records import AcceptanceRow
from chalicelib.plumbing import table

# A privacy policy is taken note of; nobody has to consent to it (Art. 6(1)(b) GDPR is the basis, not Art. 6(1)(a)).
_STATES = {"privacy": "acknowledged"}


def listed(partner_id: str) -> list[dict[str, Any]]:
    """What a partner accepted, by text and version, then what it chose, by purpose. Two Queries."""
    accepted = [shown(row) for row in table.prefixed(AcceptanceRow, partner_id, "acceptance#")]
    return accepted + [one.shown() for one in choices.all_of(partner_id)]


def shown(row: AcceptanceRow) -> dict[str, Any]:
    """One consent as in the contract."""
    return {
        "id": f"{row.policy}.{row.version}",
        "purpose": row.policy,
        "state": _STATES.get(row.policy, "accepted"),
        "text_version": row.version,
        "text_hash": row.text_hash,
        "language": row.language,
        "channel": row.channel,
        "at": row.at,
    }
