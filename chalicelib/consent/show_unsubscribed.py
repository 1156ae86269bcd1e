"""The page behind the link that ends the newsletter: one button, or that nothing comes any more."""

from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """The question, as long as there is something to end; looking at it changes nothing."""
    return _drawn(asks=bool(sheet.content["subscribed"]), action=sheet.path)


def ended() -> Page:
    """What is seen after the button."""
    return _drawn(asks=False, action="")


def _drawn(*, asks: bool, action: str) -> Page:
    return Page("consent/pages/unsubscribe.html", {"asks": asks, "action": action})
