"""What is seen once the newsletter is confirmed."""

from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """That it comes, and how it ends."""
    return Page("consent/pages/confirm_newsletter.html", {"form": None, "confirmed": True})
