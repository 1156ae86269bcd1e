"""The page with everything that was sent to one address in the last thirty days."""

from chalicelib.offering import find as offering
from chalicelib.plumbing.sheets import Page, Sheet
from chalicelib.relay import find


def page(sheet: Sheet) -> Page:
    """Each message: what, when, how often it was tried, and how it went."""
    endpoint_id = sheet.parameters["id"]
    endpoint = find.endpoint(sheet.visit, endpoint_id)
    zone = offering.offer_as_known(sheet.visit.partner).partner.timezone
    return Page("relay/pages/deliveries.html", {"endpoint": endpoint, "zone": zone})
