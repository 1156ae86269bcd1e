"""The answers to OWASP ASVS as a page for people: its chapters and every gap first, then one chapter at a time."""

from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """A chapter where one is asked for; else the chapters and the gaps: all items at once would be too long for a phone."""
    chosen, content = sheet.query.get("chapter"), sheet.content
    return Page(
        "privacy/pages/asvs.html",
        {
            "asvs": content,
            "chapter": next((one for one in content["chapters"] if one["id"] == chosen), None),
            "rows": [one for one in content["items"] if chosen or one["state"] == "gap"],
        },
    )
