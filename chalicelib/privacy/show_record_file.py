"""The page on which the record of processing activities is saved as an Excel file."""

from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """One link, which holds the file itself."""
    return Page("privacy/pages/record_file.html")
