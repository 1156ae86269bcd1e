"""A page of a list that is small and at hand whole, so that a page is a slice."""

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.plumbing import cursors


def page(
    partition: str, items: Sequence[Mapping[str, Any]], *, limit: int, cursor: str | None, by: str = "id"
) -> dict[str, Any]:
    """`{"items", "next"}` of items in the order of their `by`, which no two share. Raises Malformed for a foreign cursor."""
    after = cursors.read(partition, cursor)
    ordered = sorted(items, key=lambda one: str(one[by]))
    if after is not None:
        ordered = [one for one in ordered if str(one[by]) > after[by]["S"]]
    more = len(ordered) > limit
    shown = ordered[:limit]
    following = {by: {"S": str(shown[-1][by])}} if more else None
    return {"items": shown, "next": cursors.write(partition, following)}


def part(
    partition: str, items: Sequence[Mapping[str, Any]], *, limit: int, cursor: str | None, by: tuple[str, ...] = ("id",)
) -> dict[str, Any]:
    """`{"items", "next"}` of items in the order they come, for lists whose order is more than a name.

    The cursor remembers the last one that was shown, by what no two share, and its place should it be gone since.
    Raises Malformed for a foreign cursor.
    """
    after = cursors.read(partition, cursor)
    begin = 0
    if after is not None:
        named = [_name(one, by) for one in items]
        last = after["name"]["S"]
        begin = named.index(last) + 1 if last in named else int(after["place"]["S"])
    end = begin + limit
    shown = list(items[begin:end])
    following = {"name": {"S": _name(shown[-1], by)}, "place": {"S": str(end)}} if len(items) > end else None
    return {"items": shown, "next": cursors.write(partition, following)}


def _name(one: Mapping[str, Any], by: tuple[str, ...]) -> str:
    return " ".join(str(one[each]) for each in by)
