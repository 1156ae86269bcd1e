"""A page of a list that is small and at hand whole, so that a page is a slice."""

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.plumbing import table


def page(
    partition: str, items: Sequence[Mapping[str, Any]], *, limit: int, cursor: str | None, by: str = "id"
) -> dict[str, Any]:
    """`{"items", "next"}` of items in the order of their `by`, which no two share. Raises Malformed for a foreign cursor."""
    after = table.Cursor.read(partition, cursor)
    ordered = sorted(items, key=lambda one: str(one[by]))
    if after is not None:
        ordered = [one for one in ordered if str(one[by]) > after[by]["S"]]
    more = len(ordered) > limit
    shown = ordered[:limit]
    following = {by: {"S": str(shown[-1][by])}} if more else None
    return {"items": shown, "next": table.Cursor.write(partition, following)}
