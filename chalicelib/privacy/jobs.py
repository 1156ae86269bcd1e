"""The jobs of this room: the nightly purge, the hourly checkpoint."""

from typing import Any

from chalicelib.plumbing.doors import Doors
from chalicelib.plumbing.visit import Visit
from chalicelib.privacy import checkpoint as checkpoints
from chalicelib.privacy import purge as forgetting

door = Doors(__name__)


@door.job("privacy_purge", "cron(0/15 1-6 * * ? *)")
def purge(visit: Visit) -> dict[str, Any]:
    """Remove what is past its date; a run goes on where the last one stopped."""
    return forgetting.everything(visit)


@door.job("privacy_checkpoint", "rate(1 hour)")
def checkpoint(visit: Visit) -> dict[str, Any]:
    """Sign where log and ledger stand."""
    return checkpoints.everything(visit)
