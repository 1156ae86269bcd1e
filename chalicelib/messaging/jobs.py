"""The minute job: what is due goes to the workers."""

from typing import Any

from chalicelib.messaging import sweep
from chalicelib.plumbing.doors import Doors
from chalicelib.plumbing.visit import Visit

door = Doors(__name__)


@door.job("messaging_reminders", "rate(1 minute)")
def reminders(visit: Visit) -> dict[str, Any]:
    """Queue every outbox row that is due: reminders, second tries, and what a lost queue message left behind."""
    return sweep.due(visit)
