"""How long a search for free times takes, beside a merge sweep and a plain datetime loop on the very same calendars.

Every round runs all engines one after the other, so that a slow moment of the machine meets them all; figures are the median
and the best of the rounds, and only ratios of one run are compared. Workload: 10 employees, Monday to Friday 08:00-12:00 and
13:00-18:00 Europe/Zurich, 31 days from 2027-03-15 (over the change of the clock), 20 bookings of 15 minutes a working day, a
service of 45 minutes on a 15-minute grid.
"""

import base64
import gc
import json
import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import botocore.parsers
import botocore.session

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from chalicelib.booking import bitmap
from chalicelib.booking import rules as booking
from chalicelib.offering import hours_rules
from chalicelib.offering import rules as offering
from chalicelib.plumbing import rawquery
from tests.oracles import naive, sweep

FIRST_ON = date(2027, 3, 15)
OFFICE = [["08:00", "12:00"], ["13:00", "18:00"]]
NOW = datetime(2027, 3, 1, tzinfo=UTC)
YARDSTICK_MS = 25.0
"""What the plain loop takes on the machine for which the targets were set."""

Row = tuple[str, str, bytes]


@dataclass(frozen=True, slots=True)
class Work:
    """One workload in the shapes in which each engine finds it ready in production or in its own best case."""

    zone: str
    first_on: date
    days: int
    interval: int
    employees: list[str]
    hours: offering.Hours
    terms: booking.Terms
    first_utc_day: date
    utc_days: int
    rows: list[Row]
    body: bytes
    periods: dict[str, list[sweep.Minutes]]
    openings: list[sweep.Minutes]
    offsets: list[tuple[int, int, int]]
    loop_days: dict[str, dict[date, list[naive.Period]]]


def workload(
    *,
    employees: int = 10,
    days: int = 31,
    bookings: int = 20,
    lasting: int = 15,
    raster: int = 15,
    zone: str = "Europe/Zurich",
    first_on: date = FIRST_ON,
    day_hours: Sequence[Sequence[str]] = OFFICE,
    interval: int = 15,
    workdays: int = 5,
) -> Work:
    """The calendars of a team, drawn with a fixed seed: up to `bookings` disjoint bookings a working day on the raster."""
    draw = random.Random(7)
    clock = ZoneInfo(zone)
    terms = booking.Terms(duration_minutes=45, interval_minutes=interval, horizon_days=730)
    reach = booking.reach(first_on, first_on + timedelta(days=days - 1), zone=zone, terms=terms)
    week = {name: [list(pair) for pair in day_hours] for name in offering.WEEKDAYS[:workdays]}
    open_periods = naive.opening(reach.first_utc_day, reach.days, weekly=week, dates={}, zone=clock)
    ids = [f"emp_{number:02}" for number in range(employees)]
    first = datetime.combine(reach.first_utc_day, datetime.min.time(), UTC)
    taken = dict.fromkeys(ids, 0)
    periods: dict[str, list[sweep.Minutes]] = {who: [] for who in ids}
    loop_days: dict[str, dict[date, list[naive.Period]]] = {who: {} for who in ids}
    by_date: dict[date, list[naive.Period]] = {}
    for period in open_periods:
        by_date.setdefault(period[0].astimezone(clock).date(), []).append(period)
    for who in ids:
        for on, opened in by_date.items():
            places = [
                start + timedelta(minutes=minute)
                for start, end in opened
                for minute in range(0, int((end - start).total_seconds()) // 60 - lasting + 1, raster)
            ]
            draw.shuffle(places)
            chosen: list[naive.Period] = []
            for start in places:
                end = start + timedelta(minutes=lasting)
                if len(chosen) == bookings:
                    break
                mask = bitmap.span((start - first) // timedelta(minutes=5), lasting // 5)
                if not taken[who] & mask:
                    taken[who] = bitmap.take(taken[who], mask)
                    chosen.append((start, end))
            loop_days[who][on] = sorted(chosen)
            periods[who] += [(minutes(start), minutes(end)) for start, end in sorted(chosen)]
    rows = [
        ((reach.first_utc_day + timedelta(days=day)).isoformat(), who, bitmap.to_bytes(mask))
        for who in ids
        for day, mask in enumerate(bitmap.split(taken[who], reach.days))
        if mask
    ]
    rows.sort()
    items = [
        {
            "pk": {"S": "par_01HX3Y8K2M#calendar"},
            "sk": {"S": f"{day}#{who}"},
            "taken": {"B": base64.b64encode(row).decode()},
        }
        for day, who, row in rows
    ]
    return Work(
        zone=zone,
        first_on=first_on,
        days=days,
        interval=interval,
        employees=ids,
        hours=offering.read_hours({"weekly": week}),
        terms=terms,
        first_utc_day=reach.first_utc_day,
        utc_days=reach.days,
        rows=rows,
        body=json.dumps({"Count": len(items), "Items": items, "ScannedCount": len(items)}).encode(),
        periods=periods,
        openings=[(minutes(start), minutes(end)) for start, end in open_periods],
        offsets=offsets(hours_rules.stretches(reach.first_utc_day, reach.days, zone), first),
        loop_days=loop_days,
    )


def minutes(instant: datetime) -> int:
    """Whole minutes after 1970."""
    return int(instant.timestamp()) // 60


def offsets(stretches: Sequence[hours_rules.Stretch], first: datetime) -> list[tuple[int, int, int]]:
    """The zone for the sweep: from minute, until minute, minutes ahead of UTC."""
    found: list[tuple[int, int, int]] = []
    for stretch in stretches:
        since, until = minutes(first) + stretch.first * 5, minutes(first) + stretch.end * 5
        if found and found[-1][2] == stretch.offset_minutes:
            found[-1] = (found[-1][0], until, stretch.offset_minutes)
        else:
            found.append((since, until, stretch.offset_minutes))
    return found


# The engines ----------------------------------------------------------------------------------------------------------


def masks(work: Work) -> tuple[int, int, int]:
    """Opening, grid and allowed starts: the first two from their caches once warm, the window anew for every search."""
    last_on = work.first_on + timedelta(days=work.days - 1)
    reach = booking.reach(work.first_on, last_on, zone=work.zone, terms=work.terms)
    window = booking.window(NOW, work.terms, first_utc_day=reach.first_utc_day, days=reach.days) & reach.asked
    opened = hours_rules.open_mask(work.hours, first_utc_day=reach.first_utc_day, days=reach.days, zone=work.zone)
    grid = hours_rules.grid_mask(work.interval, first_utc_day=reach.first_utc_day, days=reach.days, zone=work.zone)
    return opened, grid, window


def kernel(work: Work) -> Callable[[], int]:
    """Masks are ints already: the free starts of every employee and their union."""
    opened, grid, window = masks(work)
    calendars = bitmap.gather(work.rows, first_utc_day=work.first_utc_day, days=work.utc_days)
    taken = [calendars.get(who, 0) for who in work.employees]

    def search() -> int:
        union = 0
        for calendar in taken:
            union |= booking.free_starts(opened, calendar, work.terms, grid=grid, window_mask=window)
        return union

    return search


def search(work: Work) -> Callable[[], list[int]]:
    """From the 36-byte rows to the list of starts (minutes after 1970) at which somebody is free: what the sweep answers."""
    since = minutes(datetime.combine(work.first_utc_day, datetime.min.time(), UTC))

    def run() -> list[int]:
        opened, grid, window = masks(work)
        calendars = bitmap.gather(work.rows, first_utc_day=work.first_utc_day, days=work.utc_days)
        union = 0
        for who in work.employees:
            union |= booking.free_starts(opened, calendars.get(who, 0), work.terms, grid=grid, window_mask=window)
        return [since + atom * 5 for atom in bitmap.atoms_of(union)]

    return run


def engine(work: Work) -> Callable[[], list[booking.Day]]:
    """From the raw body of the one Query to the answer: dates, ISO times with offset, who is free."""

    def run() -> list[booking.Day]:
        rows = []
        for item in rawquery.decode(work.body)["Items"]:
            day, _, who = item["sk"]["S"].partition("#")
            rows.append((day, who, item["taken"]["B"]))
        opened, grid, window = masks(work)
        calendars = bitmap.gather(rows, first_utc_day=work.first_utc_day, days=work.utc_days)
        free = [
            (who, booking.free_starts(opened, calendars.get(who, 0), work.terms, grid=grid, window_mask=window))
            for who in work.employees
        ]
        return booking.times(free, first_utc_day=work.first_utc_day, days=work.utc_days, zone=work.zone)

    return run


def cold(work: Work) -> Callable[[], list[booking.Day]]:
    """The engine with every mask made anew, as after a start."""
    warm = engine(work)

    def run() -> list[booking.Day]:
        forget_masks()
        return warm()

    return run


def parsed_by_botocore(work: Work) -> Callable[[], object]:
    """What botocore alone needs to read the body of the Query, before any search."""
    model = botocore.session.Session().get_service_model("dynamodb")
    parser = botocore.parsers.create_parser("json")
    shape = model.operation_model("Query").output_shape
    answer = {"body": work.body, "headers": {}, "status_code": 200}
    return lambda: parser.parse(answer, shape)


def forget_masks() -> None:
    """Empty every cache of the engine."""
    for cached in (hours_rules.stretches, hours_rules.grid_mask, hours_rules._hours_mask):
        cached.cache_clear()


def swept(work: Work) -> Callable[[], list[int]]:
    """The merge sweep over whole minutes, openings and bookings ready and sorted."""

    def run() -> list[int]:
        return sweep.union(
            [
                sweep.free_starts(
                    work.openings, work.periods[who], duration=45, interval=work.interval, offsets=work.offsets
                )
                for who in work.employees
            ]
        )

    return run


def looped(work: Work) -> Callable[[], list[datetime]]:
    """The plain loop over datetimes, bookings ready and by date."""
    clock = ZoneInfo(work.zone)

    def run() -> list[datetime]:
        found: set[datetime] = set()
        for who in work.employees:
            found.update(
                naive.day_by_day(
                    [(opens, closes) for opens, closes in OFFICE],
                    work.loop_days[who],
                    first_on=work.first_on,
                    days=work.days,
                    zone=clock,
                    duration=timedelta(minutes=45),
                    interval=timedelta(minutes=work.interval),
                )
            )
        return sorted(found)

    return run


# Measuring ------------------------------------------------------------------------------------------------------------


def measure(engines: dict[str, Callable[[], object]], *, rounds: int) -> dict[str, dict[str, float]]:
    """Milliseconds of one call, interleaved: name -> median and best over the rounds, each the mean of a few calls."""
    calls = {}
    for name, run in engines.items():
        run()
        started = time.perf_counter()
        run()
        calls[name] = max(1, min(50, int(0.01 / max(1e-6, time.perf_counter() - started))))
    taken: dict[str, list[float]] = {name: [] for name in engines}
    gc.collect()
    for _ in range(rounds):
        for name, run in engines.items():
            started = time.perf_counter()
            for _ in range(calls[name]):
                run()
            taken[name].append((time.perf_counter() - started) / calls[name] * 1000)
    return {name: {"median_ms": statistics.median(each), "best_ms": min(each)} for name, each in taken.items()}


def agreement(work: Work) -> int:
    """How many starts all engines list; AssertionError if one of them lists another."""
    ours = search(work)()
    listed = [minutes(datetime.fromisoformat(each["start"])) for day in engine(work)() for each in day["times"]]
    last_on = work.first_on + timedelta(days=work.days - 1)
    # The sweep lists all that its openings hold; the range is a little wider than the local dates that were asked for.
    asked = [
        start
        for start in swept(work)()
        if work.first_on <= datetime.fromtimestamp(start * 60, ZoneInfo(work.zone)).date() <= last_on
    ]
    assert ours == asked == listed, work.zone
    if work.zone == "Europe/Zurich":
        assert ours == [minutes(start) for start in looped(work)()]
    return len(ours)


ODD = [
    ("Asia/Kathmandu", date(2027, 5, 3), OFFICE, 20, 5),
    ("Asia/Jerusalem", date(2027, 3, 22), [["00:00", "06:00"], ["20:00", "23:55"]], 15, 7),
    ("Africa/Cairo", date(2027, 10, 25), [["00:00", "06:00"], ["20:00", "23:55"]], 15, 7),
    ("Australia/Lord_Howe", date(2027, 3, 29), [["00:00", "24:00"]], 20, 7),
]
GROWTH: list[tuple[str, dict[str, Any]]] = [
    ("31 days", {}),
    ("90 days", {"days": 90}),
    ("180 days", {"days": 180}),
    ("365 days", {"days": 365}),
    ("0 bookings", {"bookings": 0}),
    ("10 bookings", {"bookings": 10}),
    ("30 bookings", {"bookings": 30}),
    ("20 x 5 min", {"bookings": 20, "lasting": 5, "raster": 5}),
    ("40 x 5 min", {"bookings": 40, "lasting": 5, "raster": 5}),
    ("80 x 5 min", {"bookings": 80, "lasting": 5, "raster": 5}),
    ("1 employee", {"employees": 1}),
    ("50 employees", {"employees": 50}),
]


def measure_all(*, rounds: int = 15) -> dict[str, Any]:
    """Every figure: name -> number, milliseconds where the name says so. AssertionError if any two engines disagree."""
    work = workload()
    standard = measure(
        {
            "naive": looped(work),
            "sweep": swept(work),
            "search": search(work),
            "engine": engine(work),
            "engine_cold": cold(work),
            "kernel": kernel(work),
            "decode": lambda: rawquery.decode(work.body),
            "botocore_parser": parsed_by_botocore(work),
        },
        rounds=rounds,
    )
    scale = YARDSTICK_MS / standard["naive"]["median_ms"]
    growth: dict[str, dict[str, float]] = {}
    starts: dict[str, int] = {}
    for name, different in GROWTH:
        grown = workload(**different)
        starts[name] = agreement(grown)
        best = measure(
            {"sweep": swept(grown), "search": search(grown), "engine": engine(grown), "kernel": kernel(grown)},
            rounds=max(3, rounds // 3),
        )
        growth[name] = {engine_name: figures["best_ms"] for engine_name, figures in best.items()}
    ends = {
        "month": workload(),
        "year": workload(days=365),
        "empty": workload(bookings=0),
        "full": workload(bookings=80, lasting=5, raster=5),
        "one": workload(employees=1),
        "fifty": workload(employees=50),
    }
    searched = measure({name: search(grown) for name, grown in ends.items()}, rounds=rounds)
    answered = measure({name: engine(grown) for name, grown in ends.items()}, rounds=rounds)
    odd = {
        f"{zone}, {interval} min": agreement(
            workload(zone=zone, first_on=first_on, day_hours=day_hours, interval=interval, workdays=workdays, raster=5)
        )
        for zone, first_on, day_hours, interval, workdays in ODD
    }
    return {
        "standard": standard,
        "starts": starts,
        "growth_best_ms": growth,
        "odd_zones_starts": odd,
        "body_bytes": len(work.body),
        "kernel_scaled_ms": standard["kernel"]["median_ms"] * scale,
        "engine_scaled_ms": standard["engine"]["median_ms"] * scale,
        "engine_cold_scaled_ms": standard["engine_cold"]["median_ms"] * scale,
        "sweep_over_search": standard["sweep"]["median_ms"] / standard["search"]["median_ms"],
        "sweep_over_search_best": standard["sweep"]["best_ms"] / standard["search"]["best_ms"],
        "engine_over_botocore": standard["engine"]["median_ms"] / standard["botocore_parser"]["median_ms"],
        "engine_over_botocore_best": standard["engine"]["best_ms"] / standard["botocore_parser"]["best_ms"],
        "year_over_month": searched["year"]["best_ms"] / searched["month"]["best_ms"],
        "booked_over_empty": searched["full"]["best_ms"] / searched["empty"]["best_ms"],
        "fifty_over_one": searched["fifty"]["best_ms"] / searched["one"]["best_ms"],
        "engine_year_over_month": answered["year"]["best_ms"] / answered["month"]["best_ms"],
        "engine_booked_over_empty": answered["full"]["best_ms"] / answered["empty"]["best_ms"],
        "engine_fifty_over_one": answered["fifty"]["best_ms"] / answered["one"]["best_ms"],
    }


# Growth is that of the search from rows to starts; the engine's is shown beside it: its answer names everybody who is free,
# so that it also grows with what it says.
TARGETS = {
    "kernel_scaled_ms": ("at most", 0.3),
    "engine_scaled_ms": ("at most", 6.0),
    "sweep_over_search": ("at least", 4.0),
    "engine_over_botocore_best": ("at most", 0.5),
    "year_over_month": ("at most", 12.0),
    "booked_over_empty": ("at most", 1.3),
    "fifty_over_one": ("at most", 15.0),
}


def met(figures: dict[str, Any]) -> dict[str, bool]:
    """Which targets are met."""
    return {
        name: figures[name] <= bound if sense == "at most" else figures[name] >= bound
        for name, (sense, bound) in TARGETS.items()
    }


def table(figures: dict[str, Any]) -> str:
    """The figures for people."""
    lines = [f"{'10 employees, 31 days':28}{'median ms':>11}{'best ms':>11}"]
    for name, each in figures["standard"].items():
        lines.append(f"{name:28}{each['median_ms']:11.3f}{each['best_ms']:11.3f}")
    lines += [
        "",
        f"{'growth, best ms':18}{'starts':>8}"
        + "".join(f"{name:>10}" for name in ("sweep", "search", "engine", "kernel")),
    ]
    for name, each in figures["growth_best_ms"].items():
        lines.append(f"{name:18}{figures['starts'][name]:8}" + "".join(f"{value:10.3f}" for value in each.values()))
    lines += [
        "",
        "identical lists in odd zones: "
        + "; ".join(f"{name}: {count}" for name, count in figures["odd_zones_starts"].items()),
        "",
    ]
    reached = met(figures)
    for name, (sense, bound) in TARGETS.items():
        lines.append(f"{name:28}{figures[name]:11.3f}   {sense} {bound}: {'met' if reached[name] else 'MISSED'}")
    lines += ["", "without a target:"]
    lines += [
        f"{name:28}{value:11.3f}" for name, value in figures.items() if isinstance(value, float) and name not in TARGETS
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    print(table(measure_all()))
