"""What was told to whom: the hand-overs to other processors, as the log of a partner holds them."""

from typing import Any

from chalicelib.activity import facts, find

_MOST_REQUESTS = 10


def listed(partner_id: str, *, limit: int, cursor: str | None) -> dict[str, Any]:
    """A page of hand-overs, the newest first; at most ten requests, so a page may be short. Raises Malformed."""
    items: list[dict[str, Any]] = []
    for _ in range(_MOST_REQUESTS):
        # One more than is still wanted can never come: so no hand-over is skipped between two pages.
        found, cursor = find.listed(partner_id, since=None, before=None, limit=limit - len(items), cursor=cursor)
        items += [
            {"id": one.id, "at": one.at, "subject_kind": one.subject_kind, **(one.detail or {})}
            for one in found
            if one.kind == facts.DISCLOSED.kind
        ]
        if cursor is None or len(items) >= limit:
            break
    return {"items": items, "next": cursor}
