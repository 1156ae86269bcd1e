"""The form of somebody in the team: who they are, what they may do, and whether customers can book them."""

from chalicelib.offering import find
from chalicelib.plumbing.sheets import Page, Sheet

_NEEDED = ("first_name", "last_name", "email")


def page(sheet: Sheet) -> Page:
    """The form for somebody new or a change."""
    known = find.offer(sheet.visit.partner).employees.get(sheet.parameters.get("id", ""))
    # A change may leave anything out, a page never does: it must not call a name voluntary.
    fields = [{**one, "required": one["required"] or one["name"] in _NEEDED} for one in sheet.content["fields"]]
    return Page(
        "offering/pages/employee_form.html",
        {
            "form": {**sheet.content, "fields": fields},
            "by": {one["name"]: one for one in fields},
            "typed": sheet.typed,
            "refused": sheet.refused,
            "person": f"{known.first_name} {known.last_name}" if known else None,
        },
    )
