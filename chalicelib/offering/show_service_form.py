"""The form of a service: what everybody needs first, the finer terms and own questions behind it."""

import re
from collections.abc import Mapping
from typing import Any

from chalicelib.offering import find, rules
from chalicelib.plumbing.sheets import Page, Sheet

_EMPTY_QUESTIONS = 2
_FINER = (
    "buffer_before_minutes", "buffer_after_minutes", "interval_minutes", "lead_time_minutes", "horizon_days",
    "cancel_until_hours", "capacity", "reminder_hours",
)  # fmt: skip
_QUESTION = re.compile(r"questions\.([0-9]{1,4})\.(id|label|type|required|options)")
_NOTHING = {"id": "", "label": "", "type": "text", "required": "", "options": ""}


def page(sheet: Sheet) -> Page:
    """The form for a new service or a change."""
    service = find.offer(sheet.visit.partner).services.get(sheet.parameters.get("id", ""))
    fields = {one["name"]: one for one in sheet.content["fields"]}
    wrong = {re.split(r"[.\[]", str(one["field"]))[0] for one in (sheet.refused or {}).get("errors", ())}
    questions = _typed(sheet.typed) if sheet.typed else _stored(fields["questions"].get("default") or [])
    hours = sheet.typed.get("reminder_hours", fields["reminder_hours"].get("default") or [])
    return Page(
        "offering/pages/service_form.html",
        {
            "form": sheet.content,
            "by": fields,
            "typed": sheet.typed,
            "refused": sheet.refused,
            "service": service.shown() if service else None,
            "questions": [*questions, *[_NOTHING] * min(_EMPTY_QUESTIONS, rules.MOST_QUESTIONS - len(questions))],
            "reminders": [*([hours] if isinstance(hours, str) else hours), "", "", ""][: 3 + len(hours) // 3],
            "finer_open": bool(wrong & set(_FINER)),
            "questions_open": bool(questions) or "questions" in wrong,
        },
    )


def _stored(questions: list[Mapping[str, Any]]) -> list[dict[str, str]]:
    return [
        {
            "id": str(one["id"]),
            "label": str(one["label"]),
            "type": str(one.get("type", "text")),
            "required": "true" if one.get("required") else "",
            "options": "\n".join(one.get("options") or ()),
        }
        for one in questions
    ]


def _typed(typed: Mapping[str, Any]) -> list[dict[str, str]]:
    """The rows as they were typed, without the empty ones, as they are counted in problems."""
    rows: dict[int, dict[str, str]] = {}
    for name, value in typed.items():
        found = _QUESTION.fullmatch(name)
        if found:
            row = rows.setdefault(int(found[1]), dict(_NOTHING))
            row[found[2]] = str(value[-1] if isinstance(value, list) else value)
    return [row for _, row in sorted(rows.items()) if row["label"].strip() or row["options"].strip()]
