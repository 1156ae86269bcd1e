"""The page on which a customer uses a right, with what was asked already."""

from chalicelib.booking import link, own_page
from chalicelib.plumbing.sheets import Page, Sheet
from chalicelib.privacy import rights


def page(sheet: Sheet) -> Page:
    """From the form `link-request`. Raises as `link.opened` does."""
    visit, _, customer, offer = link.opened(sheet.visit, sheet.parameters["token"])
    customer_id = customer.sk.removeprefix("customer#")
    asked = [one for one in rights.rows(visit.partner, customer_id=customer_id) if one.state == "open"]
    data = {
        "form": sheet.content,
        "typed": sheet.typed,
        "refused": sheet.refused,
        "asked": [rights.shown(one, visit.at.date()) for one in asked],
    }
    return own_page.made(sheet, "my_request", offer.partner, data, room="privacy")
