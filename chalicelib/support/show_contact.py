"""The page by which people reach us: the form as it was typed, and what happens with what they write."""

from chalicelib.plumbing.sheets import Page, Sheet
from chalicelib.support import asking


def page(sheet: Sheet) -> Page:
    """The page itself, the form on a page of its own, and the form after a refusal."""
    form = sheet.content if "token" in sheet.content else sheet.form("support")
    return Page(
        "support/pages/contact.html",
        {"form": form, "typed": sheet.typed, "refused": sheet.refused, "ways": asking.ways()},
    )
