"""Rows that change together or not at all, in one request; each condition says what it means when it fails."""

import uuid
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.plumbing import database, writes
from chalicelib.plumbing.database import Stale
from chalicelib.plumbing.refusals import Unavailable
from chalicelib.plumbing.rows import Record


class _Write(msgspec.Struct, frozen=True):
    operation: str
    request: dict[str, Any]
    lost: Callable[[], BaseException]


class Transaction:
    """Rows that change together or not at all, in one request; each condition says what it means when it fails.

    `lost` is the exception raised when that row's condition does not hold (default `Stale`). When several fail, the
    first in the order of the calls speaks.
    """

    def __init__(self) -> None:
        self._writes: list[_Write] = []

    def put(
        self, row: Record, condition: Condition | None = None, *, lost: Callable[[], BaseException] = Stale
    ) -> None:
        """Write a whole row."""
        self._add("Put", writes.put(row, condition), lost)

    def put_new(self, row: Record, *, lost: Callable[[], BaseException] = Stale) -> None:
        """Write a row that must not exist yet."""
        self.put(row, type(row).pk.does_not_exist(), lost=lost)

    def update(
        self,
        row: Record,
        actions: Sequence[Action],
        condition: Condition | None = None,
        *,
        lost: Callable[[], BaseException] = Stale,
    ) -> None:
        """Change some attributes of a row (of which only the key is looked at, and `partner_id` where that is the owner)."""
        self._add("Update", writes.update(row, actions, condition), lost)

    def delete(
        self, row: Record, condition: Condition | None = None, *, lost: Callable[[], BaseException] = Stale
    ) -> None:
        """Remove a row."""
        self._add("Delete", writes.delete(row, condition), lost)

    def check(self, row: Record, condition: Condition, *, lost: Callable[[], BaseException] = Stale) -> None:
        """Let the transaction depend on a row that it does not change."""
        self._add("ConditionCheck", writes.check(row, condition), lost)

    def __len__(self) -> int:
        return len(self._writes)

    def commit(self, token: str | None = None) -> None:
        """Send it. A repeated `token` (at most 36 characters) with the same content has one effect (ten minutes).

        Raises what `lost` made for the first failed condition, and Unavailable when the table stays busy or silent.
        Conflicts with other transactions are tried again with full jitter, at most six times.
        """
        request = {
            "TransactItems": [{write.operation: write.request} for write in self._writes],
            "ClientRequestToken": (token or uuid.uuid4().hex)[:36],
        }
        for attempt in range(7):
            try:
                database.ask("TransactWriteItems", request)
            except database.OtherContent:
                # The token stands for a change that was made before, with other content: what it was derived from is
                # used up, which is what the first write would have found.
                raise self._writes[0].lost() from None
            except database.Cancelled as cancelled:
                for write, code in zip(self._writes, cancelled.codes, strict=True):
                    if code == "ConditionalCheckFailed":
                        raise write.lost() from None
                if attempt < 6 and cancelled.may_pass:
                    database.pause(attempt)
                    continue
                raise Unavailable from cancelled
            else:
                return

    def _add(self, operation: str, request: dict[str, Any], lost: Callable[[], BaseException]) -> None:
        request.pop("ReturnValues", None)
        self._writes.append(_Write(operation, request, lost))
