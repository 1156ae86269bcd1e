"""Doors of this room: addresses of partners' own systems, their secrets, tests, what was sent, and sending it again."""

from collections.abc import Mapping
from typing import Any

from chalicelib.plumbing import lists
from chalicelib.plumbing.door import ADMINS, PAGING, STAY, Offer
from chalicelib.plumbing.doors import Doors
from chalicelib.plumbing.visit import Visit
from chalicelib.relay import (
    add_endpoint,
    change_endpoint,
    find,
    forms,
    remove_endpoint,
    renew_secret,
    resend,
    show_deliveries,
    show_endpoint,
    show_endpoints,
    show_secret,
    try_out,
)

door = Doors(__name__)


@door.form(
    forms.ENDPOINT,
    status=201,
    who=ADMINS,
    resource="webhooks",
    answer="new_webhook",
    then=STAY,
    shows=show_secret,
)
def add_webhook(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """Add an address that is told what happens; its secret is shown this once."""
    return add_endpoint.endpoint(visit, values["url"], kinds=values["kinds"], fields=values["fields"] or [])


@door.read("/webhook-endpoints", who=ADMINS, resource="webhooks", query=PAGING, answer="webhooks", page=show_endpoints)
def list_webhooks(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """The addresses that are told what happens, without their secrets."""
    return lists.part(
        f"{visit.partner}#endpoints", find.endpoints(visit), limit=values["limit"], cursor=values["cursor"]
    )


@door.read("/webhook-endpoints/{id}", who=ADMINS, resource="webhooks", answer="webhook", page=show_endpoint)
def show_webhook(visit: Visit, values: dict[str, Any], id: str) -> dict[str, Any]:  # noqa: A002 - the path's name
    """One address, without its secret."""
    return find.endpoint(visit, id)


def _own(visit: Visit, context: Mapping[str, str]) -> Offer:
    return Offer({"id": find.endpoint(visit, context.get("id", ""))["id"]})


def _as_it_is(visit: Visit, context: Mapping[str, str]) -> Offer:
    now = find.endpoint(visit, context.get("id", ""))
    return Offer({"id": now["id"]}, tuple(one.but(default=now[one.name]) for one in forms.CHANGE.fields))


def _to_it(result: dict[str, Any], values: Mapping[str, Any]) -> str:
    return f"/webhook-endpoints/{values['id']}"


@door.form(
    forms.CHANGE, who=ADMINS, resource="webhooks", offer=_as_it_is, answer="webhook", then=_to_it
)  # fmt: skip
def change_webhook(visit: Visit, values: dict[str, Any], id: str) -> dict[str, Any]:  # noqa: A002 - the path's name
    """Change what an address is told, let it pause or go on."""
    return change_endpoint.endpoint(visit, id, values)


@door.form(forms.REMOVE, status=204, who=ADMINS, resource="webhooks", offer=_own, then="/webhook-endpoints")
def remove_webhook(visit: Visit, values: dict[str, Any], id: str) -> dict[str, Any]:  # noqa: A002 - the path's name
    """Remove an address: nothing is sent there from now on."""
    return remove_endpoint.endpoint(visit, id)


@door.form(
    forms.SECRET, status=201, who=ADMINS, resource="webhooks", offer=_own, answer="new_webhook_secret", then=STAY,
    shows=show_secret,
)  # fmt: skip
def renew_webhook_secret(visit: Visit, values: dict[str, Any], id: str) -> dict[str, Any]:  # noqa: A002 - the path's name
    """A new secret, shown this once; the old one signs beside it for 24 hours."""
    return renew_secret.secret(visit, id)


@door.form(
    forms.TEST, status=202, who=ADMINS, resource="webhooks", offer=_own, answer="webhook_order", then=_to_it
)  # fmt: skip
def test_webhook(visit: Visit, values: dict[str, Any], id: str) -> dict[str, Any]:  # noqa: A002 - the path's name
    """Send a test to an address, signed like everything else."""
    return try_out.endpoint(visit, id)


@door.read(
    "/webhook-endpoints/{id}/deliveries", who=ADMINS, resource="webhooks", query=PAGING, answer="webhook_deliveries",
    page=show_deliveries,
)  # fmt: skip
def list_deliveries(visit: Visit, values: dict[str, Any], id: str) -> dict[str, Any]:  # noqa: A002 - the path's name
    """What was sent to an address in the last 30 days and how it went, the newest first."""
    return find.deliveries(visit, id, limit=values["limit"], cursor=values["cursor"])


def _own_delivery(visit: Visit, context: Mapping[str, str]) -> Offer:
    endpoint_id, delivery_id = context.get("id", ""), context.get("delivery_id", "")
    find.own_delivery(visit, endpoint_id, delivery_id)
    return Offer({"id": endpoint_id, "delivery_id": delivery_id})


@door.form(
    forms.RESEND, status=202, who=ADMINS, resource="webhooks", offer=_own_delivery, answer="webhook_order", then=_to_it
)  # fmt: skip
def resend_delivery(
    visit: Visit, values: dict[str, Any], id: str, delivery_id: str  # noqa: A002 - the path's name
) -> dict[str, Any]:  # fmt: skip
    """Send a message again, under the same id."""
    return resend.delivery(visit, id, delivery_id)
