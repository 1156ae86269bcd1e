"""The job of this room: what became of open invoices."""

from typing import Any

from chalicelib.billing import sync as invoices
from chalicelib.plumbing.visit import Visit
from chalicelib.plumbing.workers import Workers

workers = Workers(__name__)


@workers.job("billing_sync", "rate(1 hour)")
def sync(visit: Visit) -> dict[str, Any]:
    """Ask bexio which invoices were paid, in part or not at all."""
    return invoices.everything(visit)
