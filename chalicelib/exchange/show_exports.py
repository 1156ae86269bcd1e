"""The page on which files are asked for, with those of the last 30 days."""

from chalicelib.offering import find
from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """The form, and the list."""
    form = sheet.form("export")
    # On a page there is always a format chosen: to call it optional would only make people wonder.
    form["fields"] = [{**one, "required": True} for one in form["fields"]]
    zone = find.offer_as_known(sheet.visit.partner).partner.timezone
    return Page("exchange/pages/exports.html", {"form": form, "zone": zone})
