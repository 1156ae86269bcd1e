"""The page of all invoices."""

from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """The list, the newest first."""
    return Page("billing/pages/invoices.html")
