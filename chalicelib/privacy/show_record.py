"""The record of processing activities as a page for people."""

from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """One section for each entry."""
    return Page("privacy/pages/record.html", {"entries": sheet.content["items"]})
