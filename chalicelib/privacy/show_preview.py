"""The page that says what goes in the coming nights."""

from chalicelib.plumbing import words
from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """From the answer of GET /retention/preview."""
    language = sheet.visit.language
    lines = [*sheet.content["items"], *sheet.content["overdue"]]
    names = {one["class"]: _name(one["class"], language) for one in lines}
    return Page("privacy/pages/preview.html", {"names": names})


def _name(name: str, language: str) -> str:
    if not words.has("privacy", f"retention.{name}"):
        return words.say("privacy", "class.unknown", language)
    return words.say("privacy", f"retention.{name}", language)
