"""The page of settings: what is set, part by part, and where the booking page is found."""

from chalicelib.plumbing import settings
from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """The profile in parts, each with the way to change it for those who may."""
    public_url = settings.get().public_url
    return Page(
        "accounts/pages/settings.html",
        {
            "book_url": f"{public_url}/book/{sheet.content['booking_name']}",
            "snippet": f'<script src="{public_url}/embed.js" data-name="{sheet.content["booking_name"]}" async></script>',
            "may_change": sheet.visit.role in ("owner", "admin"),
        },
    )
