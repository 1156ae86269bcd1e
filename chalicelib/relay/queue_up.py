"""Put a message to an address into the log and into the outbox, both or neither."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from chalicelib.activity import outbox
from chalicelib.plumbing import ids, shards
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.visit import Visit
from chalicelib.relay import find, rules
from chalicelib.relay.records import DeliveryRow, EndpointRow

TASK = "webhook"


def message(
    change: Change,
    visit: Visit,
    endpoint: EndpointRow,
    kind: str,
    *,
    message_id: str,
    happened_at: datetime,
    about: Mapping[str, str],
) -> str:
    """Queue a message with `change`; the id of the delivery. `about` are the ids that it names."""
    delivery_id, pk = ids.new(visit.at), find.partition(visit.partner)
    endpoint_id = endpoint.sk.removeprefix("endpoint#")
    change.put_new(
        DeliveryRow(
            pk,
            f"delivery#{endpoint_id}#{delivery_id}",
            message_id=message_id,
            kind=kind,
            happened_at=happened_at,
            ids=dict(about),
            state="waiting",
            attempts=0,
            next_at=visit.at,
            expiry_shard=shards.expires_on((visit.at + timedelta(days=rules.LOG_DAYS)).date(), pk),
        )
    )
    send(change, visit, endpoint_id, delivery_id)
    return delivery_id


def send(change: Change, visit: Visit, endpoint_id: str, delivery_id: str) -> None:
    """Let a delivery that is in the log be made, now and for three days from now."""
    body = {"endpoint": endpoint_id, "delivery": delivery_id}
    outbox.add(
        change, visit, TASK, body, row_id=ids.new(visit.at), due_at=visit.at, subject=("webhook", endpoint_id)
    )  # fmt: skip
