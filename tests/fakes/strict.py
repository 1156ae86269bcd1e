"""Refuses in tests what AWS would refuse and the emulator lets pass; counts and breaks requests on demand.

What is checked is listed in design/data.md (Budgets) and comes from the DynamoDB developer guide: overlapping paths in one
update, more than 300 operators, more than 100 operands of IN, filters on key attributes, consistent reads of an index, two
operations on one item of a transaction, tokens over 36 characters; and our own rule that nothing is ever scanned.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.worlds import rights

INDEXES_OF_KEYS_ONLY = {"due": {"due_shard", "due_at"}, "expiry": {"expiry_shard"}}


class AwsWouldRefuse(AssertionError):
    """The request is one that the emulator accepts and AWS does not."""


@dataclass(slots=True)
class Watch:
    """What was asked of DynamoDB: (operation, parameters) in order; `breakers` may raise instead of asking."""

    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    breakers: list[Callable[[str, dict[str, Any]], None]] = field(default_factory=list)

    @property
    def operations(self) -> list[str]:
        return [operation for operation, _ in self.asked]

    @contextmanager
    def breaking(self, breaker: Callable[[str, dict[str, Any]], None]) -> Iterator[None]:
        """Let `breaker` look at every request first; what it raises is what the product sees."""
        self.breakers.append(breaker)
        try:
            yield
        finally:
            self.breakers.remove(breaker)


def watch(client: Any) -> Watch:
    """Hook into a botocore client."""
    seen = Watch()

    def before(params: dict[str, Any], model: Any, **_: Any) -> None:
        check(model.name, params)
        seen.asked.append((model.name, params))
        with rights.of_the_test():
            for breaker in list(seen.breakers):
                breaker(model.name, params)

    client.meta.events.register("before-parameter-build.dynamodb.*", before)
    return seen


def check(operation: str, params: dict[str, Any]) -> None:
    """Raises AwsWouldRefuse."""
    if operation == "Scan":
        raise AwsWouldRefuse("nothing is scanned here")
    if operation == "TransactWriteItems":
        _transaction(params)
        return
    if operation == "BatchGetItem" and sum(len(t["Keys"]) for t in params["RequestItems"].values()) > 100:
        raise AwsWouldRefuse("more than 100 keys in a batch")
    _expressions(operation, params)


def _transaction(params: dict[str, Any]) -> None:
    if len(params["TransactItems"]) > 100:
        raise AwsWouldRefuse("more than 100 items")
    if len(params.get("ClientRequestToken", "")) > 36:
        raise AwsWouldRefuse("token over 36 characters")
    touched = set()
    for item in params["TransactItems"]:
        ((operation, request),) = item.items()
        key = request.get("Key") or request["Item"]
        place = (request["TableName"], key["pk"]["S"], key["sk"]["S"])
        if place in touched:
            raise AwsWouldRefuse(f"two operations on {place}")
        touched.add(place)
        _expressions(operation, request)


def _expressions(operation: str, params: dict[str, Any]) -> None:
    names: dict[str, str] = params.get("ExpressionAttributeNames", {})
    for kind in ("ConditionExpression", "UpdateExpression", "FilterExpression", "KeyConditionExpression"):
        text = params.get(kind)
        if not text:
            continue
        if len(text.encode()) > 4096:
            raise AwsWouldRefuse(f"{kind} over 4 KB")
        if (
            len(
                re.findall(
                    r"\b(AND|OR|NOT|BETWEEN|IN)\b|[<>=]+|\+|-|contains|attribute_\w+|begins_with|size|if_not_exists",
                    text,
                )
            )
            > 300
        ):
            raise AwsWouldRefuse(f"more than 300 operators in {kind}")
        for operands in re.findall(r"\bIN\s*\(([^)]*)\)", text):
            if operands.count(",") >= 100:
                raise AwsWouldRefuse("more than 100 operands of IN")
    if "UpdateExpression" in params:
        _update(params["UpdateExpression"], names)
    index = params.get("IndexName")
    if index and params.get("ConsistentRead"):
        raise AwsWouldRefuse("an index cannot be read consistently")
    if index in INDEXES_OF_KEYS_ONLY and params.get("Select") == "ALL_ATTRIBUTES":
        raise AwsWouldRefuse(f"{index} holds keys only")
    if "FilterExpression" in params:
        used = {names.get(name, name) for name in re.findall(r"#?\w+", params["FilterExpression"])}
        if used & {"pk", "sk"}:
            raise AwsWouldRefuse("a filter on a key attribute")
    _no_empty_keys(operation, params)


def _update(text: str, names: dict[str, str]) -> None:
    clauses = re.split(r"\b(SET|REMOVE|ADD|DELETE)\b", text)[1:]
    verbs = clauses[0::2]
    if len(verbs) != len(set(verbs)):
        raise AwsWouldRefuse("a clause occurs twice")
    paths: list[str] = []
    for verb, body in zip(verbs, clauses[1::2], strict=True):
        for action in _split(body):
            path = action.split("=")[0].strip() if verb == "SET" else action.split()[0]
            paths.append(".".join(names.get(part, part) for part in path.split(".")))
    for one in paths:
        if paths.count(one) > 1 or any(other != one and other.startswith(one + ".") for other in paths):
            raise AwsWouldRefuse(f"two paths overlap at {one}")
        if one in ("pk", "sk"):
            raise AwsWouldRefuse("a key attribute cannot be updated")


def _split(body: str) -> list[str]:
    parts, depth, current = [], 0, ""
    for letter in body:
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            parts.append(current.strip())
            current = ""
        else:
            current += letter
    return [*parts, current.strip()]


def _no_empty_keys(operation: str, params: dict[str, Any]) -> None:
    item = params.get("Item") or params.get("Key") or {}
    for name in ("pk", "sk", "due_shard", "due_at", "expiry_shard", "lookup", "lookup_at", "agenda", "start_at"):
        if item.get(name) == {"S": ""}:
            raise AwsWouldRefuse(f"{operation} with an empty {name}")
        if item.get(name, {}).get("NULL"):
            raise AwsWouldRefuse(f"{operation} with {name} of the type NULL")
