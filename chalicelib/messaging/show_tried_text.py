"""A text that was only tried: the form again with what was typed, and how it would look."""

from chalicelib.messaging import own_rules, show_text
from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """The result of a preview for people."""
    one = sheet.content
    typed = {name: one[name] or one["standard"][name] for name in own_rules.PLACEHOLDERS}
    form = sheet.form("text", kind=one["kind"], language=one["language"])
    return show_text.drawn(sheet, form, typed=typed, tried=True)
