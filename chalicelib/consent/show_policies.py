"""The page with the texts that are in force."""

from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """Each text with its version and the day since which it is in force."""
    return Page("consent/pages/policies.html")
