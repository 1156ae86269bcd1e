"""The page of orders: the plan that applies, another one to choose, and what was ordered and invoiced before."""

from chalicelib.billing import find, plans
from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """The page itself, the form on a page of its own, and the form after a refusal."""
    form = sheet.content if "token" in sheet.content else sheet.form("order")
    form["fields"] = [one for one in form["fields"] if one["name"] not in ("billing", "delivery")]
    orders = find.orders(sheet.visit)
    return Page(
        "billing/pages/orders.html",
        {
            "form": form,
            "typed": sheet.typed,
            "refused": sheet.refused,
            "plans": plans.shown()["items"],
            "now": next((one for one in orders if one["state"] == "active"), None),
            "following": next((one for one in orders if one["state"] == "scheduled"), None),
            "orders": orders,
            "invoices": {one["id"]: one for one in find.invoices(sheet.visit)},
        },
    )
