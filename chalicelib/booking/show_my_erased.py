"""The page after the erasure: that it is done, or what it waits for, and the way to its certificate."""

from chalicelib.booking import link, own_page
from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """From the answer of POST /my/{token}/erasure. Nothing of the customer is left to be named."""
    offer = link.offer_of(sheet.parameters["token"], sheet.visit.at)
    return own_page.made(sheet, "my_erased", offer.partner, {"erasure": sheet.content})
