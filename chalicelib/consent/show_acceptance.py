"""The page on which a version of a text is accepted, beside that very text."""

from chalicelib.consent import find, typeset
from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """The text in the visitor's language, and below it one box."""
    name = sheet.content["action"].split("/")[2]
    version = find.version_in_force(name, find.today(sheet.visit.at))
    return Page(
        "consent/pages/accept.html",
        {
            "form": sheet.content,
            "box": sheet.content["fields"][0],
            "policy": name,
            "version": version,
            "set": typeset.text(find.text(name, version, sheet.visit.language)),
            "refused": sheet.refused,
        },
    )
