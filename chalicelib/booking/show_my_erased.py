"""The page after the erasure: that it is done, and what that means for the link in hand."""

from chalicelib.booking import link, own_page
from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """From the answer of POST /my/{token}/erasure. Nothing of the customer is left to be named."""
    offer = link.offer_of(sheet.parameters["token"], sheet.visit.at)
    return own_page.made(sheet, "my_erased", offer.partner, {})
