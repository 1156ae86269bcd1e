"""The pages by which somebody comes in: sign in, confirm an address, ask for a password, set one."""

from collections.abc import Mapping

from chalicelib.plumbing.sheets import Page, Sheet

WAYS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "login-code": (("again", "/forms/login"),),
    "login": (("forgot", "/forms/forgot-password"), ("register", "/forms/register")),
    "forgot-password": (("back", "/forms/login"),),
    "reset-password": (("new_link", "/forms/forgot-password"),),
    "confirm-email": (("register", "/forms/register"), ("back", "/forms/login")),
}
"""Where else somebody may have meant to go, by the form they see."""


def page(sheet: Sheet) -> Page:
    """The form, and the ways beside it."""
    return Page(
        "accounts/pages/access.html",
        {
            "form": sheet.content,
            "typed": sheet.typed,
            "refused": sheet.refused,
            "over": None,
            "ways": WAYS[sheet.content["form"]],
        },
    )
