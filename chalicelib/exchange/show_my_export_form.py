"""The page on which a customer asks for a file of all that is held about them."""

from chalicelib.booking import link, own_page
from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """From the form `link-export`, in the colours of the business."""
    offer = link.offer_of(sheet.parameters["token"], sheet.visit.at)
    data = {"form": sheet.content, "typed": sheet.typed, "refused": sheet.refused}
    return own_page.made(sheet, "my_export_form", offer.partner, data, room="exchange")
