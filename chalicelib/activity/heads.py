"""What a checkpoint says of one hour: a hash for each partner that something happened to, and what was entered in the ledger.

Whom an hour holds is asked of the `expiry` index, where the facts of a day stand together: the keys of that day are read, and
then the facts of the hour and nothing else.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from chalicelib.activity import chain, due, find, rollup
from chalicelib.plumbing import clock, ids, shards

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Hour:
    """`lines` as [name of the chain, number of facts, head, marks], by name; `ledger` as [place, hash], in order."""

    lines: list[list[Any]]
    ledger: list[list[str]]

    @property
    def facts(self) -> int:
        return sum(int(line[1]) for line in self.lines)


def active(on: date) -> dict[datetime, set[str]]:
    """The partners (`-` for nobody's) to whom something happened in each hour of a UTC day, by the hour's beginning."""
    midnight = datetime.combine(on, time(), UTC)
    hours = [midnight + n * HOUR for n in range(25)]
    floors = [ids.floor(one) for one in hours]
    found: dict[datetime, set[str]] = {}
    for shard in range(shards.EXPIRY_SHARDS):
        for partner_id, fact_id in due.of_day(on, shard):
            found.setdefault(hours[bisect_right(floors, fact_id) - 1], set()).add(partner_id)
    return found


def hour(since: datetime, partners: Iterable[str]) -> Hour:
    """The hour from `since` on, of these partners. One Query for each."""
    lines: list[list[Any]] = []
    entries: list[tuple[str, list[str]]] = []
    for partner_id in partners:
        leaves = []
        for row in find.rows(partner_id, since, since + HOUR):
            leaves.append(chain.leaf(rollup.as_json(row)))
            if row.ledger:
                entries.append((row.sk, row.ledger.split(" ")))
        if leaves:
            lines.append(
                [chain.name(partner_id, clock.text(since)), len(leaves), chain.head(leaves), chain.marks(leaves)]
            )
    return Hour(sorted(lines), [entry for _, entry in sorted(entries)])
