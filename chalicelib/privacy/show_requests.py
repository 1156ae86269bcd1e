"""The rights desk: who asked for what, and until when it has to be answered."""

from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """From the answer of GET /requests."""
    return Page("privacy/pages/requests.html", {"items": sheet.content["items"]})
