"""The page with the receipt of one acceptance, to be printed or kept."""

from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """What was accepted, when, by which way and with which hash."""
    return Page("consent/pages/receipt.html")
