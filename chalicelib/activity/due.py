"""When a fact is due: first its IP address, where it has one, and then the fact; and so where the facts of a day are found."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from heapq import merge

from chalicelib.activity import rules
from chalicelib.plumbing import clock, ids, shards, table


def first(on: date, pk: str, *, with_address: bool) -> str:
    """The value of `expiry_shard` for a new fact of the UTC day `on`."""
    return shards.expires_on(_address_goes(on) if with_address else _fact_goes(on), pk)


def then(pk: str, fact_id: str, today: date) -> str:
    """The same for a fact without its address: its last day, which a purge that is late finds again `today`."""
    return shards.expires_on(max(_fact_goes(ids.born_at(fact_id).date()), today), pk)


def for_its_address(fact_id: str, due: str) -> bool:
    """Whether a fact that stands at `due` (a day and a shard) is due there for its address alone."""
    return ids.is_id(fact_id) and date.fromisoformat(due[:10]) < _fact_goes(ids.born_at(fact_id).date())


def of_day(on: date, shard: int, *, after: str | None = None) -> Iterator[tuple[str, str]]:
    """Partner and id of the facts of a UTC day in a shard, by partner, from the partner `after` on. Two Queries, page by page.

    A fact stands where its address goes, or where it goes itself; where a hold keeps it, it is not found.
    """
    midnight = datetime.combine(on, time(), UTC)
    begins, ends = ids.floor(midnight), ids.floor(midnight + timedelta(days=1))
    walks = [
        table.walk("activity", f"{day.isoformat()}#{shard}", first=after, index=table.EXPIRY)
        for day in (_address_goes(on), _fact_goes(on))
    ]
    for item in merge(*walks, key=lambda one: str(one["pk"]["S"])):
        # Several days' facts may go on one day, for their address, by short months: the id has to say which day it is.
        if begins <= item["sk"]["S"] < ends:
            yield item["pk"]["S"], item["sk"]["S"]


def _address_goes(on: date) -> date:
    return on + timedelta(days=rules.KEEP_ADDRESS_DAYS)


def _fact_goes(on: date) -> date:
    return clock.months_later(on, rules.KEEP_FACTS_MONTHS)
