"""The five tables: rows are read, walked through, written and removed; what has to change together is a transaction."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

import msgspec
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path
from pynamodb.expressions.update import Action

from chalicelib.plumbing import database, writes
from chalicelib.plumbing.database import Stale, table_name
from chalicelib.plumbing.refusals import Unavailable
from chalicelib.plumbing.rows import Record

_R = TypeVar("_R", bound=Record)


class Page(msgspec.Struct, frozen=True):
    """Some raw rows and where to go on (None at the end)."""

    items: list[dict[str, Any]]
    next_key: dict[str, Any] | None


class Index(msgspec.Struct, frozen=True):
    """A sparse index: its name and the attributes it is keyed by."""

    name: str
    hash_key: str
    range_key: str


DUE = Index("due", "due_shard", "due_at")
EXPIRY = Index("expiry", "expiry_shard", "pk")
LOOKUP = Index("lookup", "lookup", "lookup_at")
AGENDA = Index("agenda", "agenda", "start_at")

Address = tuple[str, str, str]
"""Where a row lies: its lifecycle (which is its table), its partition, its sort key."""


def get(kind: type[_R], pk: str, sk: str) -> _R | None:
    """One row, read consistently, or None. One request."""
    answer = database.ask(
        "GetItem", {"TableName": table_name(kind.lifecycle), "Key": _key(pk, sk), "ConsistentRead": True}
    )
    item = answer.get("Item")
    return kind.from_raw_data(item) if item else None


def get_many(wanted: Sequence[tuple[type[Record], str, str]]) -> list[Record | None]:
    """Several rows, read consistently in one request (at most 100), in the order asked for; None where there is none."""
    by_table: dict[str, list[dict[str, Any]]] = {}
    for kind, pk, sk in wanted:
        by_table.setdefault(table_name(kind.lifecycle), []).append(_key(pk, sk))
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    request = {name: {"Keys": keys, "ConsistentRead": True} for name, keys in by_table.items()}
    for attempt in range(6):
        answer = database.ask("BatchGetItem", {"RequestItems": request})
        for name, items in answer.get("Responses", {}).items():
            for item in items:
                found[(name, item["pk"]["S"], item["sk"]["S"])] = item
        request = answer.get("UnprocessedKeys") or {}
        if not request:
            break
        database.pause(attempt)
    else:
        raise Unavailable
    rows: list[Record | None] = []
    for kind, pk, sk in wanted:
        item = found.get((table_name(kind.lifecycle), pk, sk))
        rows.append(kind.from_raw_data(item) if item else None)
    return rows


def page(
    table: str,
    hash_value: str,
    *,
    first: str | None = None,
    last: str | None = None,
    index: Index | None = None,
    newest_first: bool = False,
    limit: int | None = None,
    start_key: Mapping[str, Any] | None = None,
    consistent: bool = True,
) -> Page:
    """One Query, one request: rows of one partition whose sort key lies in [first, last], both included.

    Base tables are read consistently unless a reader can live with less for half the price; indexes cannot be, which is
    why nothing is decided from them.
    """
    hash_name, range_name = (index.hash_key, index.range_key) if index else ("pk", "sk")
    names, values = {"#h": hash_name}, {":h": {"S": hash_value}}
    condition = "#h = :h"
    if first is not None and last is not None:
        condition += " AND #r BETWEEN :a AND :b"
    elif first is not None:
        condition += " AND #r >= :a"
    elif last is not None:
        condition += " AND #r <= :b"
    if first is not None or last is not None:
        names["#r"] = range_name
    if first is not None:
        values[":a"] = {"S": first}
    if last is not None:
        values[":b"] = {"S": last}
    request: dict[str, Any] = {
        "TableName": table_name(table),
        "KeyConditionExpression": condition,
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": values,
        "ScanIndexForward": not newest_first,
    }
    if index:
        request["IndexName"] = index.name
    else:
        request["ConsistentRead"] = consistent
    if limit is not None:
        request["Limit"] = limit
    if start_key:
        request["ExclusiveStartKey"] = dict(start_key)
    answer = database.ask("Query", request)
    return Page(answer["Items"], answer.get("LastEvaluatedKey"))


def prefixed(kind: type[_R], pk: str, prefix: str) -> list[_R]:
    """All rows of one kind: those of a partition whose sort key begins with `prefix`, oldest first; with "", all there are."""
    return [kind.from_raw_data(item) for item in walk(kind.lifecycle, pk, **_beginning(prefix))]


def walk(table: str, hash_value: str, **bounds: Any) -> Iterable[dict[str, Any]]:
    """All raw rows of a Query, page after page (bounds as for `page`)."""
    start_key = None
    while True:
        found = page(table, hash_value, start_key=start_key, **bounds)
        yield from found.items
        start_key = found.next_key
        if start_key is None:
            return


def count(table: str, hash_value: str, *, first: str, last: str) -> int:
    """How many rows of one partition have their sort key in [first, last]: nothing travels, but each row is read."""
    request = {
        "TableName": table_name(table),
        "KeyConditionExpression": "#h = :h AND #r BETWEEN :a AND :b",
        "ExpressionAttributeNames": {"#h": "pk", "#r": "sk"},
        "ExpressionAttributeValues": {":h": {"S": hash_value}, ":a": {"S": first}, ":b": {"S": last}},
        "Select": "COUNT",
    }
    found = 0
    while True:
        answer = database.ask("Query", request)
        found += int(answer["Count"])
        if not answer.get("LastEvaluatedKey"):
            return found
        request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def addresses(lifecycle: str, pk: str, prefix: str = "") -> Iterable[Address]:
    """Where all rows of a partition lie, or those whose sort key begins with `prefix`."""
    for item in walk(lifecycle, pk, **_beginning(prefix)):
        yield lifecycle, item["pk"]["S"], item["sk"]["S"]


def put(row: Record, condition: Condition | None = None) -> None:
    """Write one row. Raises Stale when the condition does not hold."""
    database.ask("PutItem", writes.put(row, condition))


def update(row: Record, actions: Sequence[Action], condition: Condition | None = None) -> dict[str, Any]:
    """Change some attributes of one row; the raw row as it is afterwards. Raises Stale when the condition fails."""
    request = writes.update(row, actions, condition)
    request["ReturnValues"] = "ALL_NEW"
    return dict(database.ask("UpdateItem", request).get("Attributes", {}))


def delete(row: Record, condition: Condition | None = None) -> None:
    """Remove one row. Raises Stale when the condition does not hold."""
    database.ask("DeleteItem", writes.delete(row, condition))


def remove_many(where: Sequence[Address]) -> None:
    """Remove rows without any condition, 25 in one request: only for what nobody can change any more."""
    for begin in range(0, len(where), 25):
        request: dict[str, Any] = {}
        for lifecycle, pk, sk in where[begin : begin + 25]:
            request.setdefault(table_name(lifecycle), []).append({"DeleteRequest": {"Key": _key(pk, sk)}})
        for attempt in range(7):
            request = database.ask("BatchWriteItem", {"RequestItems": request}).get("UnprocessedItems") or {}
            if not request:
                break
            database.pause(attempt)
        else:
            raise Unavailable


def delete_expired(kind: type[Record], pk: str, sk: str, due: str) -> bool:
    """Remove a row if its `expiry_shard` is still `due`; whether it is gone. False: its life was extended meanwhile."""
    try:
        delete(kind(pk, sk), Path("expiry_shard") == due)
    except Stale:
        return get(kind, pk, sk) is None
    return True


def _key(pk: str, sk: str) -> dict[str, Any]:
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def _beginning(prefix: str) -> dict[str, str]:
    return {"first": prefix, "last": prefix + "\uffff"} if prefix else {}  # an empty key is no key for DynamoDB
