"""Forget addresses with their account, and what was sent to them after thirty days."""

from collections.abc import Iterable
from datetime import date

from chalicelib.plumbing import table
from chalicelib.relay import find
from chalicelib.relay.records import DeliveryRow, EndpointRow

KINDS = (EndpointRow, DeliveryRow)
"""Every kind of row that this room keeps."""


def of_account(partner_id: str) -> Iterable[table.Address]:
    """Where everything lies that this room keeps of a partner."""
    return table.addresses("records", find.partition(partner_id))


def delivery(pk: str, sk: str, due: str, _today: date) -> bool:
    """Whether what told of this delivery is gone (True), or is kept longer (False)."""
    return table.delete_expired(DeliveryRow, pk, sk, due)
