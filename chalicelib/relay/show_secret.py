"""The secret of an address, this once: nobody can see it again."""

from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """The secret, and what to do with it now."""
    return Page("relay/pages/secret.html")
