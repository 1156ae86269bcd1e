"""A form as all forms look: on its own page, and again when it was refused."""

from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """A form as all forms look."""
    return Page("plumbing/pages/form.html", {"form": sheet.content, "typed": sheet.typed, "refused": sheet.refused})
