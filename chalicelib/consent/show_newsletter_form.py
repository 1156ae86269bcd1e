"""The newsletter's form by itself, where somebody comes to it directly or it was refused."""

from chalicelib.consent import newsletter, show_newsletter
from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """The same page, with what was wrong."""
    content = newsletter.shown(sheet.visit.partner, sheet.visit.at, sheet.visit.language)
    return show_newsletter.drawn({"form": sheet.content, "content": content, "refused": sheet.refused})
