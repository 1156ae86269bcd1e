"""Forms of this room: a service, the hours of an employee, an absence."""

from chalicelib.offering.rules import (
    LEAST_REMINDER_HOURS,
    LONGEST_OPTION,
    LONGEST_QUESTION,
    MOST_OPTIONS,
    MOST_QUESTIONS,
    MOST_REMINDER_HOURS,
    QUESTION_TYPES,
    SERVICE_BOUNDS,
)
from chalicelib.plumbing.forms import Field, Form, optional


def _number(name: str, default: int | None = None) -> Field:
    bounds = SERVICE_BOUNDS[name]
    return Field(name, "integer", required=default is None, least=bounds.lowest, most=bounds.highest, default=default)


QUESTION = (
    Field("id", required=False, longest=40),
    Field("label", longest=LONGEST_QUESTION),
    Field("type", options=QUESTION_TYPES),
    Field("required", "boolean", required=False),
    Field("options", required=False, many=True, longest=LONGEST_OPTION, most_items=MOST_OPTIONS),
)
"""What `rules.read_questions` reads, for pages: there it is typed row by row."""

SERVICE_FIELDS = (
    Field("name", longest=100),
    _number("duration_minutes"),
    _number("buffer_before_minutes", 0),
    _number("buffer_after_minutes", 0),
    _number("interval_minutes", 15),
    _number("lead_time_minutes", 0),
    _number("horizon_days", 365),
    _number("cancel_until_hours", 24),
    _number("price_rappen", 0),
    _number("capacity", 1),
    Field("employee_ids", required=False, many=True, longest=40, default=[]),
    Field("active", "boolean", required=False, default=True),
    Field("reminder_hours", "integer", required=False, many=True, least=LEAST_REMINDER_HOURS,
          most=MOST_REMINDER_HOURS, most_items=5, default=[24]),
    Field("questions", "object", required=False, many=True, most_items=MOST_QUESTIONS, parts=QUESTION, default=[]),
)  # fmt: skip
NEW_SERVICE = Form("service", "POST", "/services", SERVICE_FIELDS, longest_body=131_072)
SERVICE = Form("service", "PATCH", "/services/{id}", optional(SERVICE_FIELDS), longest_body=131_072)

HOURS = Form(
    "hours",
    "PUT",
    "/employees/{id}/hours",
    (Field("weekly", "object"), Field("dates", "object", required=False, default={})),
    longest_body=262_144,
)

ABSENCE = Form(
    "absence",
    "POST",
    "/absences",
    (
        Field("employee_id", required=False, nullable=True, longest=40),
        Field("start", "instant"),
        Field("end", "instant", closing=True),
        Field("reason", required=False, nullable=True),
    ),
)
ABSENCE_REMOVE = Form("absence-remove", "DELETE", "/absences/{id}")
