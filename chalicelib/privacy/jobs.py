"""The jobs of this room: the nightly purge, the hourly checkpoint."""

from typing import Any

from chalicelib.plumbing.visit import Visit
from chalicelib.plumbing.workers import Workers
from chalicelib.privacy import checkpoint as checkpoints
from chalicelib.privacy import purge as forgetting

workers = Workers(__name__)


@workers.job("privacy_purge", "cron(0/15 1-6 * * ? *)")
def purge(visit: Visit) -> dict[str, Any]:
    """Remove what is past its date; a run goes on where the last one stopped."""
    return forgetting.everything(visit)


@workers.job("privacy_checkpoint", "rate(1 hour)")
def checkpoint(visit: Visit) -> dict[str, Any]:
    """Sign where log and ledger stand."""
    return checkpoints.everything(visit)
