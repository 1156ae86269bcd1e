"""The table of retention as a page for people."""

from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """One line for each class."""
    return Page("privacy/pages/classes.html", {"items": sheet.content["items"]})
