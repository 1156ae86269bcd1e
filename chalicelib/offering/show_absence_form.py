"""The form of an absence: who is away, from which day to which, with times only where it is not whole days."""

from zoneinfo import ZoneInfo

from chalicelib.offering import find
from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """The form for a new absence, beginning today if nothing else is said."""
    offer = find.offer(sheet.visit.partner)
    today = sheet.visit.at.astimezone(ZoneInfo(offer.partner.timezone)).date()
    return Page(
        "offering/pages/absence_form.html",
        {
            "form": sheet.content,
            "by": {one["name"]: one for one in sheet.content["fields"]},
            "typed": sheet.typed,
            "refused": sheet.refused,
            "zone": offer.partner.timezone,
            "today": today.isoformat(),
        },
    )
