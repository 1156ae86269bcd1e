"""What a message says: its kind, when it happened, ids, and what the partner named beyond them, as it is now."""

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from chalicelib.booking import find as booking
from chalicelib.plumbing import clock
from chalicelib.relay import rules
from chalicelib.relay.records import DeliveryRow, EndpointRow


@dataclass(frozen=True, slots=True)
class Content:
    """The body of a message, and which details of which customer it names."""

    body: bytes
    told: tuple[str, ...]
    customer_id: str | None


def of(partner_id: str, endpoint: EndpointRow, delivery: DeliveryRow) -> Content:
    """The message of a delivery; fields of somebody who is erased, or of what is gone, are null. No read for ids alone."""
    data: dict[str, Any] = dict(delivery.ids)
    wanted = [one for one in rules.FIELDS if one in endpoint.fields] if delivery.kind != rules.TEST else []
    if delivery.kind.startswith("customer.") or not data.get("appointment_id"):
        wanted = [one for one in wanted if one in rules.OF_CUSTOMER]
    data |= dict.fromkeys(wanted)
    told: tuple[str, ...] = ()
    of_appointment = [one for one in wanted if one in rules.OF_APPOINTMENT]
    if of_appointment and (found := booking.appointment(partner_id, data["appointment_id"])) is not None:
        zone = ZoneInfo(found.partner.timezone)
        times = {"start": found.start_at.astimezone(zone), "end": found.end_at.astimezone(zone)}
        known = {name: at.isoformat() for name, at in times.items()} | {"status": found.status}
        data |= {name: known[name] for name in of_appointment}
    of_customer = [one for one in wanted if one in rules.OF_CUSTOMER]
    customer_id = data.get("customer_id")
    if of_customer and customer_id and (person := booking.customer(partner_id, customer_id)) is not None:
        data |= {name: getattr(person, name) for name in of_customer}
        told = tuple(name for name in of_customer if data[name])
    said = {"type": delivery.kind, "timestamp": clock.text(delivery.happened_at), "data": data}
    return Content(msgspec.json.encode(said), told, customer_id if told else None)
