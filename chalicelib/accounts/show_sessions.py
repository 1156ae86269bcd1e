"""The page that says where somebody is signed in."""

from chalicelib.accounts import find
from chalicelib.plumbing import formats
from chalicelib.plumbing.sheets import Page, Sheet

_INSTANTS = ("created_at", "seen_at", "ends_at")


def page(sheet: Sheet) -> Page:
    """Every session on the clock of the business, and the way to end one or all others."""
    items = sheet.content["items"]
    partner = find.partner(sheet.visit.partner)
    zone = partner.timezone if partner else None
    return Page(
        "accounts/pages/sessions.html",
        {
            "items": [{**one, **{name: formats.instant(one[name], zone) for name in _INSTANTS}} for one in items],
            "end_others": sheet.form("sessions-end") if any(not one["current"] for one in items) else None,
        },
    )
