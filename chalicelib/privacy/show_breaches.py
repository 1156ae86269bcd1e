"""The register of breaches as a page."""

from chalicelib.offering import find as offering
from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """From the answer of GET /breaches, on the clock of the partner."""
    zone = offering.offer_as_known(sheet.visit.partner).partner.timezone
    return Page("privacy/pages/breaches.html", {"items": sheet.content["items"], "zone": zone})
