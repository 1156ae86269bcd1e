"""Whether what was sent makes a service: its numbers, its people, its reminders, its questions."""

from collections.abc import Collection, Mapping
from typing import Any

from chalicelib.offering import rules


def of(fields: Mapping[str, Any], *, employee_ids: Collection[str]) -> tuple[dict[str, Any], list[rules.Problem]]:
    """The fields as they are stored, and what is wrong with them. `employee_ids` are those of the partner."""
    checked = dict(fields)
    found = [rules.Problem(name, "required", "is missing") for name, value in fields.items() if value in (None, "")]
    found += rules.check_service({name: value for name, value in fields.items() if value is not None})
    chosen: list[str] = fields.get("employee_ids") or []
    found += [
        rules.Problem(f"employee_ids[{place}]", "not_an_employee", "must be an employee of yours")
        for place, one in enumerate(chosen)
        if one not in employee_ids
    ]
    if len(set(chosen)) < len(chosen):
        found.append(rules.Problem("employee_ids", "twice", "names somebody twice"))
    hours: list[int] = fields.get("reminder_hours") or []
    if len(set(hours)) < len(hours):
        found.append(rules.Problem("reminder_hours", "twice", "names an hour twice"))
    if fields.get("reminder_hours") is not None:
        checked["reminder_hours"] = sorted(hours, reverse=True)
    if fields.get("questions") is not None:
        questions, wrong = rules.read_questions(fields["questions"])
        checked["questions"] = [one.as_sent() for one in questions]
        found += wrong
    return checked, found
