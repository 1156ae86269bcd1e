"""One write of a row as DynamoDB takes it: enciphered where it has to be, and under a condition that can hold."""

from collections.abc import Sequence
from typing import Any, TypeVar

from pynamodb.expressions.condition import Comparison, Condition, Exists, NotExists
from pynamodb.expressions.operand import Path, Value
from pynamodb.expressions.update import Action

from chalicelib.plumbing.attributes import Enciphered, Sealed
from chalicelib.plumbing.rows import Record

_C = TypeVar("_C", bound=Condition | None)


def put(row: Record, condition: Condition | None) -> dict[str, Any]:
    """What writes a whole row."""
    return row.get_save_kwargs_from_instance(condition=_fit(row, condition))


def update(row: Record, actions: Sequence[Action], condition: Condition | None) -> dict[str, Any]:
    """What changes some attributes of a row."""
    request = row.get_update_kwargs_from_instance(actions=list(actions), condition=_fit(row, condition))
    row.with_sealed(request.get("ExpressionAttributeValues", {}))
    return request


def delete(row: Record, condition: Condition | None) -> dict[str, Any]:
    """What removes a row."""
    return row.get_delete_kwargs_from_instance(condition=_fit(row, condition))


def check(row: Record, condition: Condition) -> dict[str, Any]:
    """What asks something of a row, and leaves it as it is."""
    return type(row).get_operation_kwargs_from_class(row.pk, range_key=row.sk, condition=_fit(row, condition))


def as_read(row: Record, name: str) -> Condition:
    """The condition that a personal attribute was not written since `row` was read: ask before you change the row.

    What is enciphered cannot be compared with a text, but with itself: every writing of it looks different.
    """
    stored = row.attribute_values.get(name)
    if stored is None:
        return Path(name).does_not_exist()
    if not isinstance(stored, Sealed):
        raise TypeError(f"{type(row).__name__}.{name} is not as it was read.")
    return _AsRead(Path(name), Value({"B": stored.value}))


class _AsRead(Comparison):
    def __init__(self, path: Path, stored: Value) -> None:
        super().__init__("=", path, stored)  # type: ignore[no-untyped-call]  # PynamoDB's is not annotated


def _fit(row: Record, condition: _C) -> _C:
    """The same condition. TypeError for one that compares what is enciphered: it looks different every time."""
    hidden = {one.attr_name for one in row.get_attributes().values() if isinstance(one, Enciphered)}
    if hidden and condition is not None and hidden & _compared(condition):
        raise TypeError(f"A condition on {', '.join(sorted(hidden & _compared(condition)))} can never hold.")
    return condition


def _compared(part: Any) -> set[str]:
    """The names of all attributes whose value a condition looks at; whether one is there may be asked of any."""
    if isinstance(part, Exists | NotExists | _AsRead):
        return set()
    if isinstance(part, Path):
        return {part.path[0].partition("[")[0]}
    if not hasattr(part, "format_string"):  # neither a condition nor an operand of one
        return set()
    return set().union(*(_compared(inner) for inner in part.values))
