"""The recovery codes, this once: nobody can see them again."""

from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """The codes, and what to do with them now."""
    return Page("accounts/pages/recovery.html")
