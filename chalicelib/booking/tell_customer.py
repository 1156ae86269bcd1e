"""Tell a customer everything that is held about them at one partner (GDPR Art. 15, DSG Art. 25)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from chalicelib.activity import facts as activity
from chalicelib.activity import forget as log
from chalicelib.activity import moment, outbox
from chalicelib.booking import find, link
from chalicelib.booking.records import AppointmentRow, CustomerRow
from chalicelib.offering.find import Offer
from chalicelib.plumbing import attributes, clock, egress, words

_MESSAGES = ("mail", "sms")
_BESIDE = tuple(
    zip(("log", "message"), (kind for kind in log.KINDS if "subject_id" in kind.get_attributes()), strict=True)
)


def everything(row: AppointmentRow, customer: CustomerRow, offer: Offer, *, language: str) -> dict[str, Any]:
    """`{partner, customer, appointments, messages, disclosures, about}` of the customer whose link opened `row`.

    `about` says of each group of fields what it is, where it comes from, what for, who gets it and how long it is kept.
    """
    customer_id = customer.sk.removeprefix("customer#")
    partner_id, zone = offer.partner.id, offer.partner.timezone
    rows = {one.sk: one for one in find.of_customer(partner_id, customer_id)}
    rows[row.sk] = row  # the index may not know the newest yet
    listed = sorted(rows.values(), key=lambda one: one.start_at)
    messages = [message for one in listed for message in _messages(partner_id, one)]
    return {
        "partner": link.public_profile(offer.partner),
        "customer": find.customer_shown(customer),
        "appointments": [find.shown(one, zone) | {"phone": one.phone} for one in listed],
        "messages": [_message(one) for one in messages],
        "disclosures": _disclosures(partner_id, customer_id, messages),
        "about": _about(listed[0].source, customer.delete_on, language),
    }


def _about(first_source: str, delete_on: date, language: str) -> list[dict[str, Any]]:
    """From the inventory: the fields of each kind of row that mean the same, together."""
    typed_by = "business" if first_source in ("partner", "import") else "customer"
    kinds = (("customer", CustomerRow, typed_by), ("appointment", AppointmentRow, typed_by),
             *((name, kind, "product") for name, kind in _BESIDE))  # fmt: skip
    groups: dict[tuple[str, str, attributes.About], list[str]] = {}
    for name, kind, source in kinds:
        for field, attribute in sorted(kind.get_attributes().items()):
            meant: attributes.About = getattr(attribute, "about")  # noqa: B009 - PynamoDB's attribute has no slot for it
            if meant is not attributes.KEYS:
                groups.setdefault((name, "product" if meant.category == "meta" else source, meant), []).append(field)
    return [
        {
            "part": name,
            "fields": fields,
            "category": words.say("privacy", f"category.{meant.category}", language),
            "source": source,
            "purpose": words.say("privacy", f"purpose.{meant.purpose}", language),
            "legal_basis": meant.basis,
            "recipients": [_recipient(one) for one in meant.recipients],
            "retention": words.say("privacy", f"retention.{meant.retention}", language),
            "delete_on": delete_on if meant.retention == "appointment" else None,
        }
        for (name, source, meant), fields in groups.items()
    ]


def _recipient(name: str) -> dict[str, str]:
    if name == "aws_zrh":
        return {"name": "Amazon Web Services", "country": "CH"}
    listed = egress.recipient(name)
    return {"name": listed.vendor, "country": listed.country}


def _messages(partner_id: str, row: AppointmentRow) -> list[outbox.Row]:
    # Every message is named by the fact or the appointment it follows from, and those were born at an instant of its
    # history.
    instants: list[datetime] = sorted({clock.parse(line["at"]) for line in row.history})
    return [
        one
        for at in instants
        for one in moment.queued(partner_id, at)
        if one.task in _MESSAGES and one.subject_id == row.sk
    ]


def _message(row: outbox.Row) -> dict[str, Any]:
    return {
        "at": row.finished_at or row.planned_at,
        "channel": row.task,
        "state": row.state,
        "outcome": row.outcome,
        "delivery": row.delivery,
        "appointment_id": row.subject_id,
    }


def _disclosures(partner_id: str, customer_id: str, messages: Sequence[outbox.Row]) -> list[dict[str, Any]]:
    """Each hand-over once, in their order, also where several messages went at one instant."""
    subjects = {customer_id, *(one.subject_id for one in messages)}
    instants = {clock.parse(at) for one in messages for at in one.told_at or ()}
    instants |= {one.finished_at for one in messages if one.finished_at}
    instants |= set(moment.told(partner_id, customer_id))
    return [
        {"at": fact.at, "subject_kind": fact.subject_kind, **(fact.detail or {})}
        for at in sorted(instants)
        for fact in moment.facts(partner_id, at)
        if fact.kind == activity.DISCLOSED.kind and fact.subject_id in subjects
    ]
