"""A page of what an offer holds; offers are small and cached whole, so that a page is a slice."""

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.plumbing import table


def page(partition: str, items: Sequence[Mapping[str, Any]], *, limit: int, cursor: str | None) -> dict[str, Any]:
    """`{"items", "next"}` of items with an `id`, in the order of their ids. Raises Malformed for a foreign cursor."""
    after = table.Cursor.read(partition, cursor)
    ordered = sorted(items, key=lambda one: str(one["id"]))
    if after is not None:
        ordered = [one for one in ordered if str(one["id"]) > after["id"]["S"]]
    more = len(ordered) > limit
    shown = ordered[:limit]
    following = {"id": {"S": str(shown[-1]["id"])}} if more else None
    return {"items": shown, "next": table.Cursor.write(partition, following)}
