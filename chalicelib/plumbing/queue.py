"""Tell a worker that something is due now; the sweep finds it anyway should the message be lost."""

import json
from collections.abc import Iterable, Sequence

from chalicelib.plumbing import aws, log, settings

Address = tuple[str, str]  # partition and sort key of an outbox row


def kick(rows: Sequence[Address]) -> None:
    """Queue these rows for a worker, ten a request. Never raises: the row itself is the promise, this is only haste."""
    for batch in _tens(rows):
        entries = [{"Id": str(n), "MessageBody": json.dumps(row)} for n, row in enumerate(batch)]
        try:
            answer = aws.client("sqs").send_message_batch(QueueUrl=settings.get().queue_outbox, Entries=entries)
        except Exception as problem:  # noqa: BLE001 - whatever happens, the minute job sweeps up
            log.warning("queue.kick_failed", error=type(problem).__name__, rows=len(batch))
            continue
        if answer.get("Failed"):
            log.warning("queue.kick_partly_failed", rows=len(answer["Failed"]))


def hand_over(row: Address) -> bool:
    """Give this row to the worker that makes files; whether the queue took it."""
    try:
        aws.client("sqs").send_message(QueueUrl=settings.get().queue_exports, MessageBody=json.dumps(row))
    except Exception as problem:  # noqa: BLE001 - whoever asked for the file tries again
        log.warning("queue.hand_over_failed", error=type(problem).__name__)
        return False
    return True


def _tens(rows: Sequence[Address]) -> Iterable[Sequence[Address]]:
    for start in range(0, len(rows), 10):
        yield rows[start : start + 10]
