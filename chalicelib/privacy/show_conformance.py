"""The promises and their proofs as a page for people."""

from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """One row for each promise; the tests of each unfold."""
    return Page("privacy/pages/conformance.html", {"conformance": sheet.content})
