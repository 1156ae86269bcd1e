"""The page on which a customer calls an appointment off: what it is, a reason if there is one, and the way back."""

from chalicelib.booking import own_page
from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """From the form `link-cancel`. Raises as `link.opened` does."""
    return own_page.of_form(sheet, "my_cancel", {})
