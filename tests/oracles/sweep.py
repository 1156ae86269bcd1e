"""What a careful developer writes with whole minutes: one merge sweep per employee over openings and bookings."""

from collections.abc import Iterator, Sequence

Minutes = tuple[int, int]


def free_starts(
    openings: Sequence[Minutes],
    bookings: Sequence[Minutes],
    *,
    duration: int,
    interval: int,
    offsets: Sequence[tuple[int, int, int]],
    before: int = 0,
    after: int = 0,
) -> list[int]:
    """The free starts of one employee, ascending, in minutes after 1970.

    `openings` and `bookings` are sorted half-open periods in the same minutes, each list without overlaps. `offsets` says
    from when until when the zone is how many minutes ahead of UTC, without holes: the grid counts from local midnight.
    """
    free: list[int] = []
    number, count = 0, len(bookings)
    place = 0
    for opens, closes in openings:
        at, last = opens, closes - duration
        while number < count and bookings[number][1] + before <= at:
            number += 1
        while at <= last:
            high = last
            if number < count and bookings[number][0] - after - duration < last:
                high = bookings[number][0] - after - duration
            if at <= high:
                while offsets[place][1] <= at:
                    place += 1
                _, until, ahead = offsets[place]
                if high < until and (at + ahead) // 1440 == (high + ahead) // 1440:
                    free.extend(range(at - ((at + ahead) % 1440) % -interval, high + 1, interval))
                else:
                    free.extend(_on_grid(at, high, interval, offsets[place:]))
            if high == last:
                break
            at = max(at, bookings[number][1] + before)
            if at <= last:
                number += 1
    return free


def _on_grid(low: int, high: int, interval: int, offsets: Sequence[tuple[int, int, int]]) -> Iterator[int]:
    """The rare gap that holds a local midnight or a change of the clock, minute by minute of the five-minute marks."""
    for since, until, ahead in offsets:
        for minute in range(max(low, since), min(high + 1, until), 5):
            if (minute + ahead) % 1440 % interval == 0:
                yield minute


def merged(periods: Sequence[Minutes]) -> Iterator[Minutes]:
    """The sorted periods with those that touch or overlap made one."""
    current: Minutes | None = None
    for start, end in periods:
        if current is not None and start <= current[1]:
            current = (current[0], max(current[1], end))
        else:
            if current is not None:
                yield current
            current = (start, end)
    if current is not None:
        yield current


def union(lists: Sequence[Sequence[int]]) -> list[int]:
    """The starts of a team: whoever is free."""
    return sorted(set().union(*lists))
