"""The new key, this once: nobody can see it again."""

from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """The key, and what to do with it now."""
    return Page("accounts/pages/key_made.html")
