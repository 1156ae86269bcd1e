"""The page of one's own second factor."""

from chalicelib.accounts import find
from chalicelib.plumbing import formats
from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """Whether it is on, and the ways to switch it on, off, or to new recovery codes."""
    partner = find.partner(sheet.visit.partner)
    since = sheet.content["since"]
    return Page(
        "accounts/pages/second_factor.html",
        {"since": formats.instant(since, partner.timezone if partner else None) if since else None},
    )
