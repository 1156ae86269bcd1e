"""The page with the keys of programs."""

from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """Every key by its name, and the way to make or revoke one."""
    return Page("accounts/pages/api_keys.html")
