"""The job of this room: what became of open invoices."""

from typing import Any

from chalicelib.billing import sync as invoices
from chalicelib.plumbing.doors import Doors
from chalicelib.plumbing.visit import Visit

door = Doors(__name__)


@door.job("billing_sync", "rate(1 hour)")
def sync(visit: Visit) -> dict[str, Any]:
    """Ask bexio which invoices were paid, in part or not at all."""
    return invoices.everything(visit)
