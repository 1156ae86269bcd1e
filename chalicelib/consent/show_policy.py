"""The page with one text: what it says, set to be read, its version, its hash and the versions before it."""

from chalicelib.consent import find, typeset
from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """One version of one text, and the ways to the others."""
    now = find.version_in_force(sheet.content["name"], find.today(sheet.visit.at))
    others = [one for one in reversed(sheet.content["versions"]) if one != sheet.content["version"]]
    return Page(
        "consent/pages/policy.html",
        {"set": typeset.text(sheet.content["text"]), "in_force": now, "others": others},
    )
