"""The pages on which a key is made: what it may do, and afterwards the key itself, this once."""

from typing import Any

from chalicelib.accounts import forms
from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """The form, with rights as a table: what, and whether to read or to change it."""
    by_name = {one["name"]: one for one in sheet.content["fields"]}
    chosen: Any = sheet.typed.get("scopes", [])
    return Page(
        "accounts/pages/new_key.html",
        {
            "form": sheet.content,
            "by_name": by_name,
            "resources": forms.RESOURCES,
            "chosen": [chosen] if isinstance(chosen, str) else chosen,
            "typed": sheet.typed,
            "refused": sheet.refused,
        },
    )


def made(sheet: Sheet) -> Page:
    """The new key, which nobody can see again."""
    return Page("accounts/pages/key_made.html")
