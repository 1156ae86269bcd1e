"""The page on which an account is opened: what is asked, what for, and which texts hold."""

from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """The form in groups."""
    return Page(
        "accounts/pages/register.html",
        {
            "form": sheet.content,
            "by_name": {one["name"]: one for one in sheet.content["fields"]},
            "typed": sheet.typed,
            "refused": sheet.refused,
        },
    )
