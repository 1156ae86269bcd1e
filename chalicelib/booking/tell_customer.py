"""Tell a customer everything that is held about them at one partner (GDPR Art. 15, DSG Art. 25)."""

from datetime import datetime
from typing import Any

from chalicelib.activity import facts as activity
from chalicelib.activity import moment, outbox
from chalicelib.booking import find, link
from chalicelib.booking.records import AppointmentRow, CustomerRow
from chalicelib.offering.find import Offer
from chalicelib.plumbing import clock

_MESSAGES = ("mail", "sms")


def everything(row: AppointmentRow, customer: CustomerRow, offer: Offer) -> dict[str, Any]:
    """`{partner, customer, appointments, messages, disclosures}` of the customer whose link opened `row`."""
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
        "disclosures": [told for one in messages if one.finished_at for told in _disclosures(partner_id, one)],
    }


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


def _disclosures(partner_id: str, row: outbox.Row) -> list[dict[str, Any]]:
    return [
        {"at": fact.at, "subject_kind": fact.subject_kind, **(fact.detail or {})}
        for fact in moment.facts(partner_id, row.finished_at)
        if fact.kind == activity.DISCLOSED.kind and fact.subject_id == row.subject_id
    ]
