"""The page of one invoice: what it stands at, and its document."""

from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """The invoice, or that it is still being made."""
    return Page("billing/pages/invoice.html")
