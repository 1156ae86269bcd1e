"""One breach as a page: what holds now, and every earlier note."""

from chalicelib.offering import find as offering
from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """From the answer of GET /breaches/{id}, on the clock of the partner."""
    zone = offering.offer_as_known(sheet.visit.partner).partner.timezone
    return Page("privacy/pages/breach.html", {"one": sheet.content, "zone": zone})
