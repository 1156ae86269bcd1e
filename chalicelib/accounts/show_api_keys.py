"""The page with the keys of programs."""

from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """Every key by its name, or one alone, and the way to make or revoke one."""
    content = sheet.content if "items" in sheet.content else {"items": [sheet.content], "next": None}
    return Page("accounts/pages/api_keys.html", {"content": content})
