"""The page on which a visitor allows the counting or takes it back: no other page ever asks."""

from chalicelib.analytics import counting_pass, shown
from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """The page itself; the forms of their own and refused ones are drawn on it too."""
    told = shown.counting(sheet.visit.language)
    allowed = counting_pass.client_of(sheet.jar, sheet.visit.at) is not None
    offered = told["offered"]
    return Page(
        "analytics/pages/counting.html",
        {
            "told": told,
            "declines": sheet.declines,
            "allow": sheet.form("counting") if offered and not allowed and not sheet.declines else None,
            "end": sheet.form("counting-end") if allowed else None,
            "refused": sheet.refused,
        },
    )
