"""The page of the newsletter: what it would be, who sends it, whether it comes, and one button."""

from typing import Any

from chalicelib.plumbing import egress, settings
from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """The sentence that is consented to, how it stands, and the button for those who may press it."""
    form = sheet.form("newsletter") if sheet.visit.role in ("owner", "admin") else None
    return drawn({"form": form})


def drawn(data: dict[str, Any]) -> Page:
    """The page with more to it: it names who would be told, and in which country, before anybody says yes."""
    sender = egress.recipient(settings.get().mailing_vendor)
    return Page("consent/pages/newsletter.html", {"sender": sender, **data})
