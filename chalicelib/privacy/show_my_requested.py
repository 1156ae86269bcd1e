"""The page after a customer has used a right: until when the business has to answer."""

from chalicelib.booking import link, own_page
from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """From the answer of POST /my/{token}/requests."""
    offer = link.offer_of(sheet.parameters["token"], sheet.visit.at)
    return own_page.made(sheet, "my_requested", offer.partner, {"one": sheet.content}, room="privacy")
