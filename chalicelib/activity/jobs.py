"""The hourly job of this room."""

from typing import Any

from chalicelib.activity import rollup as closing
from chalicelib.plumbing.visit import Visit
from chalicelib.plumbing.workers import Workers

workers = Workers(__name__)


@workers.job("activity_rollup", "rate(1 hour)")
def rollup(visit: Visit) -> dict[str, Any]:
    """Close the days that are over."""
    return closing.everything(visit)
