"""The page with the addresses of a partner's own systems."""

from chalicelib.plumbing.sheets import Page, Sheet
from chalicelib.relay import rules


def page(sheet: Sheet) -> Page:
    """Every address with its state, and the way to another."""
    return Page("relay/pages/endpoints.html", {"full": len(sheet.content["items"]) >= rules.MOST_ENDPOINTS})
