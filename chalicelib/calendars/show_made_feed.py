"""The address of a new feed, this once: nobody can see it again."""

from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """The address, and how to subscribe to it."""
    return Page("calendars/pages/made_feed.html", {"programs": ("google", "outlook", "apple")})
