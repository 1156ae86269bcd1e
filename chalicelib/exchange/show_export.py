"""The page of one file: how far it is, and the way to it."""

from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """Progress while it is made, the link when it is ready."""
    return Page("exchange/pages/export.html")
