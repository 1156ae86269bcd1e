"""The page before the erasure: what goes, what stays without a name and until when, and that there is no way back."""

from chalicelib.activity import rules as log
from chalicelib.booking import own_page
from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """From the form `link-erase`. Raises as `link.opened` does."""
    return own_page.of_form(sheet, "my_erase", {"log_months": log.KEEP_FACTS_MONTHS})
