"""The page with what was handed to other processors."""

from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """Each hand-over: when, to whom, what for, and which kinds of data."""
    return Page("consent/pages/disclosures.html")
