"""The page of one order."""

from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """What was ordered, for how long, and its invoice."""
    return Page("billing/pages/order.html")
