"""Every active partner, in the order in which they began, page after page: for jobs that have something to tell to all."""

from datetime import datetime, timedelta

from chalicelib.plumbing import clock, shards, table

SHARDS = shards.SHARDS
_MARGIN = timedelta(minutes=10)  # an index follows its table a moment later; who began just now is for the next run


def partition(partner_id: str) -> str:
    """Where a partner stands in the index while it is active."""
    return f"partners#{shards.of(partner_id)}"


def place(partner_id: str, began_at: datetime) -> str:
    """Its place there: no two are equal, and later ones come later."""
    return f"{clock.text(began_at)}#{partner_id}"


def page(shard: int, at: datetime, *, after: str | None, limit: int) -> list[tuple[str, str]]:
    """At most `limit` partners behind the place `after`, as (partner id, place). One Query of an index.

    Nobody is decided about by this: the index may still know somebody who is closed by now.
    """
    last = clock.text(at - _MARGIN)
    if after is not None and after >= last:
        return []
    found = table.page(
        "records", f"partners#{shard}", first=after, last=last, index=table.LOOKUP, limit=limit + 1
    ).items  # fmt: skip
    told = [(item["pk"]["S"], item["lookup_at"]["S"]) for item in found]
    return [one for one in told if one[1] != after][:limit]
