"""The page on which somebody shows with the password, and where asked with a code, that it is still them."""

from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """The form, and the way back."""
    back = "/employees" if sheet.content["form"] == "second-factor-reset" else "/second-factor"
    return Page(
        "accounts/pages/sure.html",
        {"form": sheet.content, "typed": sheet.typed, "refused": sheet.refused, "back": back},
    )
