"""A form as all forms look: on its own page, and again when it was refused."""

from chalicelib.plumbing.sheets import Page, Sheet

_ONE_BY_ONE = frozenset(
    {"absences", "appointments", "breaches", "customers", "requests", "services", "webhook-endpoints"}
)
"""What has a page for each of it, and not for all of it alone."""


def page(sheet: Sheet) -> Page:
    """A form as all forms look; for the team with a way back to where it belongs."""
    data = {"form": sheet.content, "typed": sheet.typed, "refused": sheet.refused}
    if sheet.visit.partner_id:
        data["back"] = _back(sheet.content["action"])
    return Page("plumbing/pages/form.html", data)


def _back(action: str) -> str:
    """From where a form is sent to the page above it: `/absences/{id}` for a form that goes to `/absences/{id}/...`."""
    _, kind, *rest = action.split("/")
    if kind == "sessions":
        return "/desk"
    return f"/{kind}/{rest[0]}" if rest and kind in _ONE_BY_ONE else f"/{kind}"
