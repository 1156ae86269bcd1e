"""Orders and invoices stay until the last day of the tenth business year (Art. 958f OR); the plan goes with the account."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from chalicelib.activity import expire
from chalicelib.billing import find
from chalicelib.billing.records import (
    AccessRow,
    BillRow,
    DebtorRow,
    InvoiceRow,
    InvoiceStateRow,
    OrderRow,
    PollRow,
    SubscriptionRow,
)
from chalicelib.plumbing import table

KINDS = (OrderRow, InvoiceRow, InvoiceStateRow, BillRow, SubscriptionRow, DebtorRow, AccessRow, PollRow)
"""Every kind of row that this room keeps."""

_LEDGER: dict[str, Any] = {"order": OrderRow, "invoice": InvoiceRow, "state": InvoiceStateRow}
UNTIL = "invoice"  # the class of privacy.rules.RETENTION that says how long


def of_account(partner_id: str) -> Iterable[table.Address]:
    """Where everything lies that goes with the account: the plan."""
    yield from table.addresses("records", find.partition(partner_id), "subscription")


def kept(partner_id: str) -> Iterable[table.Address]:
    """What the law keeps: orders, invoices and their states. They lie under the key of the ledger, not the partner's."""
    for prefix in ("order#", "invoice#", "state#"):
        yield from table.addresses("ledger", partner_id, prefix)


def bill(pk: str, sk: str, due: str, today: date) -> bool:
    """Whether this row about an invoice is gone (True): its ten years are over. A hold has nothing to add to those."""
    return table.delete_expired(BillRow, pk, sk, due)


def row(pk: str, sk: str, due: str, today: date) -> bool:
    """Whether this row of the ledger is gone (True), or its last day has not passed (False). Raises holds.Held."""
    return expire.row(_LEDGER[sk.partition("#")[0]], pk, sk, due, partner_id=pk, today=today)
