"""What is left of a customer who was erased: appointments without a person, messages by number, facts of their own hand."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from chalicelib.activity import moment
from chalicelib.booking import people
from chalicelib.booking.records import AppointmentRow, CustomerRow
from chalicelib.plumbing import clock, table

_MESSAGES = ("mail", "sms")
_PERSONAL = ("note", "answers", "reason", "phone", "lookup")
_MOST_AT_ONCE = 100


class Traces(msgspec.Struct, frozen=True):
    """What was found. `unclean` counts what still names the person and should not; `last_on` is when the last goes."""

    appointments: int
    last_on: date | None
    unclean: int
    messages: int
    channels: frozenset[str]
    own_facts: tuple[Any, ...]


def of(partner_id: str, customer_id: str, appointment_ids: Sequence[str], *, at: datetime) -> Traces:
    """Read again what is left of a customer with these appointments who was erased at `at`.

    Some reads for each appointment and each time they were told: what happened lies at the instants of these.
    """
    rows = _rows(partner_id, appointment_ids)
    instants: dict[datetime, set[str]] = {at: {customer_id}}
    for row in rows:
        for line in row.history:
            instants.setdefault(clock.parse(line["at"]), {customer_id}).add(row.sk)
    seen: dict[datetime, set[str]] = {told: {customer_id} for told in moment.told(partner_id, customer_id)}
    messages = [
        one
        for moment_at, subjects in instants.items()
        for one in moment.queued(partner_id, moment_at)
        if one.task in _MESSAGES and one.subject_id in subjects
    ]
    person = table.get(CustomerRow, people.partition(partner_id), f"customer#{customer_id}")
    return Traces(
        appointments=len(rows),
        last_on=max((row.delete_on for row in rows), default=None),
        unclean=(person is not None) + sum(any(getattr(row, name) for name in _PERSONAL) for row in rows),
        messages=len(messages),
        channels=frozenset(one.task for one in messages),
        own_facts=tuple(
            one
            for moment_at, subjects in (seen | instants).items()
            for one in moment.facts(partner_id, moment_at)
            # Whoever is signed in at the partner is not the customer; what was veiled before still counts.
            if one.subject_id in subjects and not one.employee_id and one.source in ("web", "widget")
        ),
    )


def _rows(partner_id: str, appointment_ids: Sequence[str]) -> list[AppointmentRow]:
    pk, found = f"{partner_id}#appointments", []
    for first in range(0, len(appointment_ids), _MOST_AT_ONCE):
        wanted = [(AppointmentRow, pk, one) for one in appointment_ids[first : first + _MOST_AT_ONCE]]
        found += [row for row in table.get_many(wanted) if isinstance(row, AppointmentRow)]
    return found
