"""The page on which somebody shows with the password, and where asked with a code, that it is still them."""

from collections.abc import Mapping

from chalicelib.plumbing.sheets import Page, Sheet

_BACK: Mapping[str, str] = {
    "second-factor-off": "/second-factor",
    "recovery-codes": "/second-factor",
    "second-factor-reset": "/employees",
    "session-end": "/sessions",
    "sessions-end": "/sessions",
}
"""Where somebody goes who would rather not, by the form they see."""


def page(sheet: Sheet) -> Page:
    """The form, and the way back."""
    return Page(
        "accounts/pages/sure.html",
        {"form": sheet.content, "typed": sheet.typed, "refused": sheet.refused, "back": _BACK[sheet.content["form"]]},
    )
