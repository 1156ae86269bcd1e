"""The page of one file: how far it is, and the way to it."""

from chalicelib.offering import find
from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """Progress while it is made, the link when it is ready."""
    zone = find.offer_as_known(sheet.visit.partner).partner.timezone
    return Page("exchange/pages/export.html", {"zone": zone})
