"""The jobs of this room: what is due goes to the workers, and what comes is announced."""

from typing import Any

from chalicelib.messaging import announce, sweep
from chalicelib.plumbing.visit import Visit
from chalicelib.plumbing.workers import Workers

workers = Workers(__name__)


@workers.job("messaging_reminders", "rate(1 minute)")
def reminders(visit: Visit) -> dict[str, Any]:
    """Queue every outbox row that is due: reminders, second tries, and what a lost queue message left behind."""
    return sweep.due(visit)


@workers.job("messaging_announce", "cron(0 6 * * ? *)")
def announcements(visit: Visit) -> dict[str, Any]:
    """Tell partners of new versions of the terms, the privacy policy or the processing agreement, once each."""
    return announce.everything(visit)
