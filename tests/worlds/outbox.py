"""The outbox worked off in this process: what would be queued is kept in a list, and a worker takes it from there."""

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib import reactions
from chalicelib.activity import outbox
from chalicelib.activity.records import OutboxRow
from chalicelib.plumbing import queue, table
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.visit import Visit
from tests.worlds import rights

MOST_ROUNDS = 50


@dataclass(slots=True)
class Queue:
    """The queue and its only worker. `queued` are the bodies of messages that nobody has taken yet."""

    clock: Any
    queued: list[str] = field(default_factory=list)

    def drain(self) -> int:
        """Work until the queue is empty, as the event source would: ten messages a call; how many were taken."""
        taken = 0
        for _ in range(MOST_ROUNDS):
            if not self.queued:
                return taken
            batch, self.queued = self.queued[:10], self.queued[10:]
            while batch:
                self.deliver(*batch)
                taken += len(batch)
                batch, self.queued = self.queued[:10], self.queued[10:]
        raise AssertionError("the queue never gets empty")

    def deliver(self, *bodies: str) -> list[str]:
        """Give messages to the worker in one batch; the bodies of those that it wants to see again."""
        records = [
            {"messageId": str(number), "body": body, "eventSource": "aws:sqs", "receiptHandle": "-", "attributes": {}}
            for number, body in enumerate(bodies)
        ]
        answer = reactions.work({"Records": records}, SimpleNamespace(aws_request_id="test"))
        return [bodies[int(one["itemIdentifier"])] for one in answer["batchItemFailures"]]

    def minute(self) -> int:
        """One run of the minute job, and everything that it queued; how many rows it found due."""
        from chalicelib.messaging import jobs

        found = jobs.reminders(_scheduled(), SimpleNamespace(aws_request_id="test"))
        self.drain()
        return int(found["due"])

    def until(self, at: Any) -> None:
        """Let the clock stand at `at`, and run the minute job."""
        self.clock.set(at)
        self.minute()


def install(monkeypatch: pytest.MonkeyPatch, clock: Any, made: Queue | None = None) -> Queue:
    """Put the list in the place of SQS."""
    queued = made or Queue(clock)

    def kick(due: Sequence[queue.Address]) -> None:
        if due:
            rights.note("sqs", "SendMessageBatch", {"QueueUrl": os.environ["QUEUE_OUTBOX"]})
        queued.queued.extend(json.dumps(row) for row in due)

    monkeypatch.setattr(queue, "kick", kick)
    return queued


def install_without_messages(monkeypatch: pytest.MonkeyPatch, clock: Any) -> Queue:
    """The same, where mails and SMS go nowhere."""
    queued = install(monkeypatch, clock)
    drop(monkeypatch, "mail", "sms")
    return queued


def drop(monkeypatch: pytest.MonkeyPatch, *tasks: str) -> None:
    """What rows of these tasks ask for is not done: they end unsent."""

    def dropped(visit: Visit, row: OutboxRow) -> None:
        change = Change(visit)
        outbox.finish(change, row, visit.at, state="dropped", outcome="nowhere")
        change.done()

    monkeypatch.setattr(reactions, "TASKS", {**reactions.TASKS, **dict.fromkeys(tasks, dropped)})


def rows(partner_id: str, *tasks: str) -> list[OutboxRow]:
    """A partner's outbox rows of these tasks (mail and sms when none is named), in the order of their ids."""
    wanted = tasks or ("mail", "sms")
    found = [OutboxRow.from_raw_data(item) for item in table.walk("records", outbox.partition(partner_id))]
    return [row for row in found if row.task in wanted]


Kill = Callable[[], None]


class Killed(BaseException):
    """The worker is gone, in the middle of whatever it did."""


def _scheduled() -> dict[str, Any]:
    return {
        "version": "0", "id": "1", "detail-type": "Scheduled Event", "source": "aws.events", "account": "0",
        "time": "2026-11-23T08:00:00Z", "region": "eu-central-2", "resources": [], "detail": {},
    }  # fmt: skip
