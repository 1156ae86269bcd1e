"""One request to the database: over the one connection of this process, tried again while it is busy, each failure by its meaning."""

import random
import time
from collections.abc import Sequence
from functools import cache
from typing import Any

from pynamodb.connection import Connection, TableConnection
from pynamodb.connection.base import MetaTable
from pynamodb.exceptions import VerboseClientError

from chalicelib.plumbing import aws, rawquery, settings, trail
from chalicelib.plumbing.refusals import Unavailable

_BUSY = {
    "ProvisionedThroughputExceededException",
    "ThrottlingException",
    "RequestLimitExceeded",
    "InternalServerError",
    "ServiceUnavailable",
    "TransactionInProgressException",
    "TransactionConflictException",
}


class Stale(Exception):
    """A condition did not hold: what was read has changed. Read again and decide again."""


class OtherContent(Exception):
    """The token of a transaction was used before, for other content."""


class Cancelled(Exception):
    """A transaction did not happen; `codes` say why, one for each of its writes."""

    def __init__(self, codes: Sequence[str]) -> None:
        super().__init__("transaction cancelled")
        self.codes = codes

    @property
    def may_pass(self) -> bool:
        """Whether it may succeed a moment later."""
        passing = {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}
        return any(code in passing for code in self.codes)


class _Connection(Connection):
    """PynamoDB's connection over the house's session."""

    @property
    def session(self) -> Any:
        return aws.session()


@cache
def _connection() -> Connection:
    made = _Connection(
        region=settings.get().region,
        connect_timeout_seconds=2,
        read_timeout_seconds=5,
        max_retry_attempts=3,
        max_pool_connections=32,
    )
    rawquery.install(made.client)
    made.client.meta.events.register("before-call.dynamodb", trail.heard, unique_id="zeitfenster-trail")
    return made


@cache
def table_connection(table: str) -> TableConnection:
    """The connection in the shape that PynamoDB asks its models for; it knows the keys, so that it need not ask."""
    name = table_name(table)
    made = TableConnection(name, region=settings.get().region)
    made.connection = _connection()
    made.connection.add_meta_table(
        MetaTable(
            {
                "TableName": name,
                "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
                "AttributeDefinitions": [
                    {"AttributeName": "pk", "AttributeType": "S"},
                    {"AttributeName": "sk", "AttributeType": "S"},
                ],
            }
        )
    )
    return made


def table_name(table: str) -> str:
    """The deployed name of one of the five tables."""
    return str(getattr(settings.get(), f"table_{table}"))


def client() -> Any:
    """The one DynamoDB client of this process. For `limits`, `rawquery` and tests; rooms use `table` and `transaction`."""
    return _connection().client


def forget_connections() -> None:
    """Open everything anew at the next call (tests change the endpoint)."""
    table_connection.cache_clear()
    _connection.cache_clear()


def ask(operation: str, request: dict[str, Any]) -> dict[str, Any]:
    """The answer to one request, tried at most four times.

    Raises Stale when its condition does not hold, Cancelled and OtherContent for a transaction, Unavailable when the
    table stays busy or silent.
    """
    from botocore.exceptions import BotoCoreError

    for attempt in range(4):
        try:
            return _connection().dispatch(operation, dict(request))
        except VerboseClientError as problem:
            code = problem.response["Error"]["Code"]
            if code == "ConditionalCheckFailedException":
                raise Stale from None
            if code == "IdempotentParameterMismatchException":
                raise OtherContent from None
            if code == "TransactionCanceledException":
                reasons = problem.cancellation_reasons
                raise Cancelled([reason.code if reason else "None" for reason in reasons]) from None
            if code not in _BUSY:
                raise
            if attempt == 3:
                raise Unavailable from problem
            pause(attempt)
        except BotoCoreError as problem:
            raise Unavailable from problem
    raise Unavailable


def pause(attempt: int) -> None:
    """Wait a random moment (full jitter: at most 20 ms, doubling with each attempt) before trying again."""
    time.sleep(random.uniform(0, 0.02 * 2**attempt))  # noqa: S311 - jitter, not a secret
