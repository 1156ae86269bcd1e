"""The certificate of an erasure as a page for people."""

from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """What went and what stays, line by line, or that it is still going on."""
    return Page("privacy/pages/certificate.html", {"certificate": sheet.content})
