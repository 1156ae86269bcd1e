"""The page on which an outside calendar is connected, with where its address is found in the programs people use."""

from chalicelib.plumbing.sheets import Page, Sheet

PROGRAMS = ("google", "outlook", "apple", "other")


def page(sheet: Sheet) -> Page:
    """The form, and one short way for each program."""
    return Page(
        "calendars/pages/source_form.html",
        {
            "form": sheet.content,
            "typed": sheet.typed,
            "refused": sheet.refused,
            "employee_id": sheet.parameters["id"],
            "programs": PROGRAMS,
        },
    )
