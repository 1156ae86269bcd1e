"""The page of legal holds."""

from chalicelib.booking import see
from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """From the answer of GET /holds; whose names stand on it is written down."""
    known = see.several(sheet.visit, [one["customer_id"] for one in sheet.content["items"] if one["customer_id"]])
    names = {one.id: f"{one.first_name} {one.last_name}" for one in known.values()}
    return Page("privacy/pages/holds.html", {"items": sheet.content["items"], "names": names})
