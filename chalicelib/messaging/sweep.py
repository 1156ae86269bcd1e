"""Find what is due in the outbox and queue it; what one run does not manage, the next one finds again."""

import time
from typing import Any

from chalicelib.activity import outbox
from chalicelib.plumbing import queue
from chalicelib.plumbing.visit import Visit

_AT_A_TIME = 100
_MOST_SECONDS = 30  # the function has 50, and one request to a queue that does not answer may take ten


def due(visit: Visit) -> dict[str, Any]:
    """Queue all rows due at the visit, the longest waiting first: `{"due": rows found, "queued": rows handed on}`."""
    began = time.monotonic()
    rows = outbox.due(visit.at)
    queued = 0
    for start in range(0, len(rows), _AT_A_TIME):
        if time.monotonic() - began > _MOST_SECONDS:
            break
        some = rows[start : start + _AT_A_TIME]
        queue.kick(some)
        queued += len(some)
    return {"due": len(rows), "queued": queued}
