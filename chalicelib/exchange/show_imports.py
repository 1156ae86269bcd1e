"""The page on which files are brought, with those of the last 30 days."""

from chalicelib.offering import find
from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """The form, and the list. What is brought here is only looked at first, so that part of the form is not shown."""
    form = sheet.form("import")
    form["fields"] = [one for one in form["fields"] if one["name"] in ("what", "file")]
    zone = find.offer_as_known(sheet.visit.partner).partner.timezone
    return Page("exchange/pages/imports.html", {"form": form, "zone": zone})
