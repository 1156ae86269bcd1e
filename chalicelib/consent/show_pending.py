"""The page before everything else: a text that has changed in an important way waits to be accepted."""

from chalicelib.consent import pending
from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """What changed in each text, the way to read and accept it, and what can be done without."""
    waiting = [
        {"name": one.name, "version": one.version, "changes": one.changes[sheet.visit.language]}
        for one in pending.texts(sheet.visit.partner, sheet.visit.at)
    ]
    return Page("consent/pages/pending.html", {"waiting": waiting})
