"""A key for a partner that a test writes straight into the tables."""

from datetime import datetime

from chalicelib.plumbing import envelope
from chalicelib.plumbing.transaction import Transaction


def given(partner_id: str, at: datetime) -> str:
    """Give a partner a key, as registering does; the partner's id."""
    change = Transaction()
    envelope.begin(change, partner_id, at)
    change.commit()
    return partner_id
