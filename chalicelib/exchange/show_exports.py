"""The page on which files are asked for, with those of the last 30 days."""

from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """The form, and the list."""
    return Page("exchange/pages/exports.html", {"form": sheet.form("export")})
