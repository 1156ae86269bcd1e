"""Doors of this room: plans for everybody; orders and invoices for owners."""

from typing import Any

from chalicelib.billing import (
    find,
    forms,
    order,
    plans,
    show_invoice,
    show_invoices,
    show_order,
    show_orders,
    show_plans,
)
from chalicelib.plumbing import lists
from chalicelib.plumbing.door import OWNER, PAGING
from chalicelib.plumbing.doors import Doors
from chalicelib.plumbing.visit import Visit

door = Doors(__name__)


@door.read("/plans", query=PAGING, answer="plans", page=show_plans)
def list_plans(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """All plans with their prices; every privacy and export feature is in each of them."""
    shown = plans.shown()
    return {**shown, **lists.part("plans", shown["items"], limit=values["limit"], cursor=values["cursor"])}


@door.form(forms.ORDER, status=201, who=OWNER, resource="orders", answer="order", page=show_orders, then="/orders")
def order_plan(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """Order a plan: more than now applies at once, anything else at the end of the paid period."""
    return order.plan(
        visit, values["plan"], period=values["period"], billing=values["billing"], delivery=values["delivery"]
    )


@door.read("/orders", who=OWNER, resource="orders", query=PAGING, answer="orders", page=show_orders)
def list_orders(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """All orders, the newest first."""
    return lists.part(f"{visit.partner}#orders", find.orders(visit), limit=values["limit"], cursor=values["cursor"])


@door.read("/orders/{id}", who=OWNER, resource="orders", answer="order", page=show_order)
def read_order(visit: Visit, values: dict[str, Any], **path: str) -> dict[str, Any]:
    """One order."""
    return find.order(visit, path["id"])


@door.read("/invoices", who=OWNER, resource="orders", query=PAGING, answer="invoices", page=show_invoices)
def list_invoices(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """All invoices, the newest first."""
    return lists.part(f"{visit.partner}#invoices", find.invoices(visit), limit=values["limit"], cursor=values["cursor"])


@door.read("/invoices/{id}", who=OWNER, resource="orders", answer="invoice", page=show_invoice)
def read_invoice(visit: Visit, values: dict[str, Any], **path: str) -> dict[str, Any]:
    """One invoice; its document by a link that is good for 15 minutes."""
    return find.invoice(visit, path["id"])
