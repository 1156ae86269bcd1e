"""One change, one transaction: what a verb writes, the form it answers and the haste it needs, all or nothing."""

import hashlib
from collections.abc import Callable
from typing import Any

from chalicelib.plumbing import database, once, queue, trail
from chalicelib.plumbing.database import Stale
from chalicelib.plumbing.refusals import Unavailable
from chalicelib.plumbing.transaction import Transaction
from chalicelib.plumbing.visit import Visit

MOST_ATTEMPTS = 8


class Change(Transaction):
    """A transaction of one visit. The form's nonce goes in first, so that a form sent again is noticed before all else."""

    def __init__(self, visit: Visit, *, attempt: int = 0) -> None:
        super().__init__()
        self._visit = visit
        self._attempt = attempt
        self._due: list[queue.Address] = []
        self._counted: list[tuple[str, float]] = []
        self._afterwards: list[Callable[[], None]] = []

    def hurry(self, pk: str, sk: str) -> None:
        """Queue this outbox row right after the commit."""
        self._due.append((pk, sk))

    def count(self, metric: str, number: float = 1) -> None:
        """Let the operator's figures show it (`trail.METRICS`) once it is committed."""
        self._counted.append((metric, number))

    def afterwards(self, then: Callable[[], None]) -> None:
        """Call this once it is committed, and only then."""
        self._afterwards.append(then)

    def commit(self, token: str | None = None) -> None:
        """All or nothing; see `Transaction`."""
        super().commit(token)
        for metric, number in self._counted:
            trail.count(metric, number)
        for then in self._afterwards:
            then()

    def done(self, result: dict[str, Any] | None = None) -> dict[str, Any]:
        """Commit, and give back `result`, the answer to the visitor (JSON; kept for a form that is sent again).

        Raises what the conditions say, once.Used for a form used before, Unavailable when the table is away.
        """
        result = result or {}
        token = None
        right = self._visit.once
        if right is not None:
            used = once.row(right, result)
            self.put_new(used, lost=once.Used)
            self._writes.insert(0, self._writes.pop())
            token = hashlib.sha256(f"{right.nonce}#{self._attempt}".encode()).hexdigest()
        if len(self):
            self.commit(token)
        if self._due:
            queue.kick(self._due)
        return result


def settled(visit: Visit, decide: Callable[[Change], dict[str, Any] | None]) -> dict[str, Any]:
    """Decide and commit; whoever was overtaken meanwhile looks and decides again, after a pause, at most eight times.

    `decide` reads what it needs anew, writes into the change and gives back the answer to the visitor. Raises what it
    raises, and Unavailable when somebody else was faster each time.
    """
    for attempt in range(MOST_ATTEMPTS):
        if attempt:
            database.pause(attempt)
        change = Change(visit, attempt=attempt)
        result = decide(change)
        try:
            return change.done(result)
        except Stale:
            continue
    raise Unavailable
