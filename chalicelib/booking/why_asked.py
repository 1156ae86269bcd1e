"""Why each field of a booking is asked, by the very inventory that says how it is stored (Art. 13 GDPR, Art. 19 DSG)."""

from collections.abc import Sequence
from typing import Any

from chalicelib.booking.records import AppointmentRow, CustomerRow
from chalicelib.plumbing import attributes, words


def fields(names: Sequence[str], language: str) -> list[dict[str, Any]]:
    """`{fields, purpose, legal_basis, recipients, retention}`: those of `names` that are stored, together what means the same.

    `recipients` are vendors beside the house where all of it is stored.
    """
    stored = {**AppointmentRow.get_attributes(), **CustomerRow.get_attributes()}
    groups: dict[tuple[Any, ...], list[str]] = {}
    for name in names:
        if name in stored:
            about: attributes.About = getattr(stored[name], "about")  # noqa: B009 - PynamoDB's attribute has no slot for it
            meant = (about.purpose, about.basis, about.recipients, about.retention)
            groups.setdefault(meant, []).append(words.say("plumbing", f"field.{name}", language))
    return [
        {
            "fields": labels,
            "purpose": words.say("privacy", f"purpose.{purpose}", language),
            "legal_basis": basis,
            "recipients": [one for one in recipients if one != "aws_zrh"],
            "retention": words.say("privacy", f"retention.{retention}", language),
        }
        for (purpose, basis, recipients, retention), labels in groups.items()
    ]
