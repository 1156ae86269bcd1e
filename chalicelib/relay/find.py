"""The addresses of a partner and what was sent to each, as people see them; secrets are never among it."""

from typing import Any

from chalicelib.plumbing import cursors, ids, table
from chalicelib.plumbing.refusals import Missing
from chalicelib.plumbing.visit import Visit
from chalicelib.relay.records import DeliveryRow, EndpointRow


def partition(partner_id: str) -> str:
    """Where the addresses of a partner lie, with what was sent to them."""
    return f"{partner_id}#webhooks"


def endpoint_row(partner_id: str, endpoint_id: str) -> EndpointRow | None:
    """One address, or None."""
    return table.get(EndpointRow, partition(partner_id), f"endpoint#{endpoint_id}")


def endpoint_rows(partner_id: str) -> list[EndpointRow]:
    """All addresses of a partner, the oldest first; one Query of at most ten rows."""
    return table.prefixed(EndpointRow, partition(partner_id), "endpoint#")


def own(visit: Visit, endpoint_id: str) -> EndpointRow:
    """An address of the visit's partner. Raises Missing."""
    row = endpoint_row(visit.partner, endpoint_id) if ids.is_id(endpoint_id) else None
    if row is None:
        raise Missing
    return row


def endpoints(visit: Visit) -> list[dict[str, Any]]:
    """All addresses."""
    return [shown(row) for row in endpoint_rows(visit.partner)]


def endpoint(visit: Visit, endpoint_id: str) -> dict[str, Any]:
    """One address. Raises Missing."""
    return shown(own(visit, endpoint_id))


def deliveries(visit: Visit, endpoint_id: str, *, limit: int, cursor: str | None) -> dict[str, Any]:
    """What was sent to an address in the last thirty days, the newest first. Raises Missing and Malformed."""
    own(visit, endpoint_id)
    pk, begin = partition(visit.partner), f"delivery#{endpoint_id}#"
    found = table.page(
        "records", pk, first=begin, last=begin + "~", newest_first=True, limit=limit,
        start_key=cursors.read(pk, cursor),
    )  # fmt: skip
    items = [delivery_shown(DeliveryRow.from_raw_data(item)) for item in found.items]
    return {"items": items, "next": cursors.write(pk, found.next_key)}


def delivery_row(partner_id: str, endpoint_id: str, delivery_id: str) -> DeliveryRow | None:
    """One message to one address, or None."""
    return table.get(DeliveryRow, partition(partner_id), f"delivery#{endpoint_id}#{delivery_id}")


def own_delivery(visit: Visit, endpoint_id: str, delivery_id: str) -> DeliveryRow:
    """A message of the visit's partner. Raises Missing."""
    both = ids.is_id(endpoint_id) and ids.is_id(delivery_id)
    row = delivery_row(visit.partner, endpoint_id, delivery_id) if both else None
    if row is None:
        raise Missing
    return row


def stopped(partner_id: str) -> int:
    """How many addresses were stopped because they do not answer any more."""
    return sum(row.state in ("failing", "gone") for row in endpoint_rows(partner_id))


def shown(row: EndpointRow) -> dict[str, Any]:
    """An address as JSON."""
    return {
        "id": row.sk.removeprefix("endpoint#"),
        "url": row.url,
        "kinds": list(row.kinds),
        "fields": list(row.fields),
        "state": row.state,
        "created_at": row.created_at,
        "failing_since": row.failing_since,
    }


def delivery_shown(row: DeliveryRow) -> dict[str, Any]:
    """A message as JSON."""
    return {
        "id": row.sk.rpartition("#")[2],
        "message_id": row.message_id,
        "kind": row.kind,
        "at": row.happened_at,
        "attempts": int(row.attempts),
        "status": None if row.status is None else int(row.status),
        "outcome": row.outcome,
        "milliseconds": None if row.milliseconds is None else int(row.milliseconds),
        "state": row.state,
        "next_at": row.next_at,
    }
