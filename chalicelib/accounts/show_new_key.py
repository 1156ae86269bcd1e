"""The page on which a key is made: what it may do."""

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
