"""The page of a customer's own file."""

from msgspec.structs import replace

from chalicelib.booking import link, own_page
from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """Progress while it is made, the link when it is ready; in the colours of the business."""
    offer = link.offer_of(sheet.parameters["token"], sheet.visit.at)
    made = own_page.made(sheet, "my_data", offer.partner, {"again": sheet.path, "zone": offer.partner.timezone})
    return replace(made, template="exchange/pages/my_export.html")
