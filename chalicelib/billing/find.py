"""Orders, invoices and the plan of a partner, as they are shown."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import msgspec

from chalicelib.billing import plans, rules
from chalicelib.billing.records import BillRow, InvoiceRow, OrderRow, SubscriptionRow
from chalicelib.plumbing import archive, ids, table
from chalicelib.plumbing.refusals import Missing
from chalicelib.plumbing.rows import Record
from chalicelib.plumbing.visit import Visit


def partition(partner_id: str) -> str:
    """Where the rows lie that tell how far things are."""
    return f"{partner_id}#billing"


def subscription(partner_id: str) -> SubscriptionRow | None:
    """The plan that is paid for, or None for the free one."""
    return table.get(SubscriptionRow, partition(partner_id), "subscription")


def orders(visit: Visit) -> list[dict[str, Any]]:
    """All orders, the newest first."""
    now = subscription(visit.partner)
    rows = table.prefixed(OrderRow, visit.partner, "order#")
    return [shown(one, now) for one in reversed(list(rows))]


def order(visit: Visit, order_id: str) -> dict[str, Any]:
    """One order. Raises Missing."""
    row = table.get(OrderRow, visit.partner, f"order#{order_id}") if ids.is_id(order_id) else None
    if row is None:
        raise Missing
    return shown(row, subscription(visit.partner))


def invoices(visit: Visit) -> list[dict[str, Any]]:
    """All invoices, the newest first."""
    issued = {one.sk: one for one in table.prefixed(InvoiceRow, visit.partner, "invoice#")}
    bills = table.prefixed(BillRow, partition(visit.partner), "invoice#")
    return [_invoice(one, issued.get(one.sk)) for one in reversed(list(bills))]


def invoice(visit: Visit, invoice_id: str) -> dict[str, Any]:
    """One invoice; its document by a link that is good for 15 minutes. Raises Missing."""
    key = f"invoice#{invoice_id}"
    bill = table.get(BillRow, partition(visit.partner), key) if ids.is_id(invoice_id) else None
    if bill is None:
        raise Missing
    return _invoice(bill, table.get(InvoiceRow, visit.partner, key))


def shown(row: OrderRow, now: SubscriptionRow | None) -> dict[str, Any]:
    """An order as JSON."""
    return {
        "id": row.sk.removeprefix("order#"),
        "plan": row.plan,
        "period": row.period,
        **plans.Price(int(row.net_rappen), int(row.vat_rappen), int(row.gross_rappen)).shown(),
        "state": _state(row, now),
        "invoice_id": row.invoice_id,
        "starts_on": row.starts_on.isoformat(),
        "renews_on": row.renews_on.isoformat(),
    }


def _state(row: OrderRow, now: SubscriptionRow | None) -> str:
    order_id = row.sk.removeprefix("order#")
    if now is not None and now.order_id == order_id:
        return "active"
    if now is not None and now.next_id == order_id:
        return "scheduled"
    return "ended"


def _invoice(bill: BillRow, issued: InvoiceRow | None) -> dict[str, Any]:
    invoice_id = bill.sk.removeprefix("invoice#")
    return {
        "id": invoice_id,
        "number": issued.number if issued else None,
        "order_id": bill.order_id,
        "state": bill.state,
        "issued_on": _day(issued.issued_on if issued else None),
        "due_on": _day(issued.due_on if issued else None),
        "gross_rappen": int(bill.gross_rappen),
        "pdf_url": archive.link(issued.pdf_key, name=f"{issued.number}.pdf", seconds=rules.LINK_SECONDS)
        if issued
        else None,
        "keep_until": bill.keep_until.isoformat(),
    }


def _day(on: date | None) -> str | None:
    return on.isoformat() if on else None


def unpaid(partner_id: str) -> Iterable[BillRow]:
    """The invoices of a partner that somebody still has to look after."""
    return (one for one in table.prefixed(BillRow, partition(partner_id), "invoice#") if one.state not in rules.OVER)


def kept_until(partner_id: str) -> date | None:
    """The last day on which an invoice of this partner is kept; None for somebody who never had one."""
    bills = table.prefixed(BillRow, partition(partner_id), "invoice#")
    return max((one.keep_until for one in bills), default=None)


class Recipient(msgspec.Struct, frozen=True):
    """Somebody whom a partner named as another recipient of an invoice, by which partner, and in which language."""

    first_name: str
    last_name: str
    email: str
    named_by: str
    language: str


def new_recipient(partner_id: str, order_id: str) -> Recipient | None:
    """Whom this order names for the first time; None for nobody, for the partner's own address, and for somebody known by then."""
    row = table.get(OrderRow, partner_id, f"order#{order_id}")
    if row is None or not row.delivery:
        return None
    email = str(row.delivery["email"]).lower()
    if email == str(row.billed["email"]).lower():
        return None
    for one in table.prefixed(OrderRow, partner_id, "order#"):
        if one.sk < row.sk and one.delivery and str(one.delivery["email"]).lower() == email:
            return None
    first_name, last_name = str(row.delivery["first_name"]), str(row.delivery["last_name"])
    return Recipient(first_name, last_name, str(row.delivery["email"]), str(row.billed["company"]), row.language)


def held_orders(partner_id: str) -> Iterable[dict[str, Any]]:
    """All that is kept of each order, by the names of its attributes."""
    for one in table.prefixed(OrderRow, partner_id, "order#"):
        yield {"id": one.sk.removeprefix("order#"), **_held(one)}


def held_invoices(partner_id: str) -> Iterable[dict[str, Any]]:
    """All that is kept of each invoice that was issued, and how it stands."""
    bills = {one.sk: one.state for one in table.prefixed(BillRow, partition(partner_id), "invoice#")}
    for one in table.prefixed(InvoiceRow, partner_id, "invoice#"):
        yield {"id": one.sk.removeprefix("invoice#"), "state": bills.get(one.sk), **_held(one)}


def _held(row: Record) -> dict[str, Any]:
    found = {name: getattr(row, name) for name in row.get_attributes() if name not in ("pk", "sk", "expiry_shard")}
    return {name: int(value) if name.endswith("_rappen") else value for name, value in found.items()}
