"""Show the form that adds a customer, or the same form holding what is known of one."""

from typing import Any

from chalicelib.plumbing.sheets import Page, Sheet

_NEEDED = ("first_name", "last_name")


def page(sheet: Sheet) -> Page:
    """The form with its fields side by side where two belong together, and a way back."""
    form = sheet.content
    known = form["action"] if form["method"] == "PATCH" else None
    return Page(
        "booking/pages/customer_form.html",
        {
            "form": form,
            "fields_by_name": {one["name"]: _as_people_see_it(one) for one in form["fields"]},
            "typed": sheet.typed,
            "refused": sheet.refused,
            "back": known or "/customers",
        },
    )


def _as_people_see_it(field: dict[str, Any]) -> dict[str, Any]:
    """A program may leave a name out to keep it; a person sees it and may not empty it."""
    return {**field, "required": True} if field["name"] in _NEEDED else field
