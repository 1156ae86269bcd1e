"""The form of somebody in the team: who they are, what they may do, and whether customers can book them."""

from chalicelib.accounts import rules
from chalicelib.accounts.find import Employee
from chalicelib.offering import find
from chalicelib.plumbing.sheets import Page, Sheet

_NEEDED = ("first_name", "last_name", "email")


def page(sheet: Sheet) -> Page:
    """The form for somebody new or a change."""
    known = find.offer(sheet.visit.partner).employees.get(sheet.parameters.get("id", ""))
    # A change may leave anything out, a page never does: it must not call a name voluntary.
    fields = [{**one, "required": one["required"] or one["name"] in _NEEDED} for one in sheet.content["fields"]]
    role = next(one for one in fields if one["name"] == "role")
    role["options"] = [one for one in role["options"] if _may_give(sheet.visit.role or "", one, known)]
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


def _may_give(actor: str, role: str, known: Employee | None) -> bool:
    if known is None:
        return rules.may_hire(actor, role)
    return role == known.role or rules.may_change(actor, known.role, fields={"role"}, new_role=role)
