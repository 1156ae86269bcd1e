"""What a day of 10, 1,000 and 100,000 partners asks of AWS, what it costs, and which limit is met first.

The real code is driven once through every operation of a partner's day, on a real table; what it asks of DynamoDB and KMS
is counted and weighed as AWS bills it. The rest is arithmetic on named assumptions. `python -m bench.scale` writes the
tables of docs/scale.md; tests compare them with what is counted and with this arithmetic.
"""

import math
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from chalicelib.privacy import purge

DOCUMENT = Path(__file__).parents[1] / "docs" / "scale.md"
MARK = "<!-- made by python -m bench.scale: {} -->"
PARTNERS = (10, 1_000, 100_000)
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
DAYS = 30.4  # of a month

# ---------------------------------------------------------------- assumptions

TIMES_A_DAY = {
    "page of a business": 20.0,
    "search, two weeks": 40.0,
    "book": 6.0,
    "tell of a booking": 6.0,
    "remind by mail": 4.2,
    "remind by SMS": 1.8,
    "cancel": 0.6,
    "log in": 1.5,
    "week view": 30.0,
    "list of customers": 5.0,
    "forget an appointment": 6.0,
}
"""How often at one partner, over all days of the week: a business of two or three with six appointments a day."""
API = frozenset(
    ["page of a business", "search, two weeks", "book", "cancel", "log in", "week view", "list of customers"]
)
FILES_A_VIEW = 2.0  # styles and scripts that a browser has not kept, for each page of a business; they ask no table
API_MS, WORK_MS, JOB_MS_A_REQUEST = (
    60.0,
    150.0,
    5.0,
)  # warm, at the memory of .chalice/config.json; a job waits for its requests
PURGE_MS_A_WRITE_UNIT = 0.25  # on top, since a request of the purge removes up to ninety rows
PURGE_RUNS, PURGE_AT_ONCE = 24, 2.5  # a night (privacy/jobs.py); of purge.SIDE_BY_SIDE, for one CPU serves them all
ROWS_A_BOOKING = 11.0  # that go from the log by their date, and as many from `records`: counted when one is forgotten
COLD_SHARE, COLD_MS = 0.01, 900.0  # of requests that meet a fresh process, and what it takes to load
KEY_MISSES = {
    10: 0.2,
    1_000: 0.7,
    100_000: 1.0,
}  # of unwraps that are not in memory: the more partners, the rarer one comes again
PEAK_HOUR, PEAK_SECOND = (
    0.12,
    3.0,
)  # share of a day in its busiest hour, and its busiest second against that hour's mean
KB_STORED_A_BOOKING, KEPT_BOOKINGS_DAYS = 6.0, 730.0  # rows, indexes and facts of one, and how long they lie there
KB_LOGGED = 0.7  # one line for each invocation, and API Gateway's
SMS_PARTS, SMS_CHF, CHF_A_USD = 1.3, 0.075, 0.85

USD = {
    "DynamoDB, million write units": 0.84,
    "DynamoDB, million read units": 0.168,
    "DynamoDB, GB stored": 0.34,
    "DynamoDB, GB of backup": 0.27,
    "Lambda, million requests": 0.20,
    "Lambda, GB second": 0.0000183,
    "API Gateway, million requests": 4.10,
    "SQS, million requests": 0.44,
    "SES, thousand mails": 0.10,
    "KMS, ten thousand requests": 0.03,
    "S3, GB": 0.027,
    "CloudWatch, GB of logs": 0.70,
    "fixed: keys, secrets, alarms, dashboard": 12.0,
}
"""Assumed, to be checked: list prices of eu-central-1 as known in 2025 with a tenth on top, as Zurich has it for most."""


@dataclass(frozen=True, slots=True)
class Cost:
    """One operation: requests to DynamoDB, read and write units, keys that it needs (requests to KMS when none is in memory)."""

    requests: int
    reads: float
    writes: int
    keys: int


@dataclass(frozen=True, slots=True)
class Limit:
    """Something that ends: a quota of AWS, or a bound of ours; `load` gives what is used of it at a number of partners."""

    name: str
    most: float
    unit: str
    load: Callable[["Day"], float]
    way: str


@dataclass(frozen=True, slots=True)
class Day:
    """What all partners of a stage ask for in one day."""

    partners: int
    api: float
    work: float
    requests: float
    reads: float
    writes: float
    kms: float
    mails: float
    sms: float
    bookings: float
    due_writes: float
    night_s: float
    expiring: float
    checkpoint_requests: float

    def peak(self, a_day: float) -> float:
        """Per second, in the busiest second."""
        return a_day * PEAK_HOUR / 3600 * PEAK_SECOND


LIMITS = (
    Limit("SES, mails a day of a new account", 50_000, "a day", lambda day: day.mails,
          "ask for more before launch; AWS raises it on a good record of bounces"),
    Limit("SES, mails a second of a new account", 14, "/s", lambda day: day.peak(day.mails),
          "the outbox waits and tries again by itself; ask for more with the one above"),
    Limit("our own throttle at the API", 100, "/s", lambda day: day.peak(day.api * (1 + _files_share())),
          "raise ThrottlingRateLimit in infra/resources.yaml; it guards the bill, not the tables"),
    Limit("outbox workers: ten, each about six messages a second", 60, "/s", lambda day: day.peak(day.work),
          "raise MaximumConcurrency of OutboxWork; messages wait meanwhile, none is lost"),
    Limit(f"nightly purge: {PURGE_RUNS} runs of {purge.LONGEST_S} s", PURGE_RUNS * purge.LONGEST_S, "s", lambda day: day.night_s,
          "more hours in the schedule of privacy/jobs.py (it goes on where it stopped), then a run for each shard of the index"),
    Limit("one partition of the index `expiry`: 1,000 write units", 1_000, "/s", lambda day: day.peak(day.expiring),
          "EXPIRY_SHARDS in plumbing/shards.py: one today, and a night asks once for each"),
    Limit("hourly checkpoint: 600 s", 600, "s", lambda day: day.checkpoint_requests * JOB_MS_A_REQUEST / 1000,
          "read partners side by side, or hours in quarters"),
    Limit("minute job: 5,000 rows a run", 5_000, "a minute", lambda day: day.peak(day.mails + day.sms) * 60 / PEAK_SECOND,
          "what is due at once is handed over without it; more shards, a run each"),
    Limit("one partition of the index `due`: 1,000 write units", 1_000, "/s", lambda day: day.peak(day.due_writes) / 4,
          "SHARDS in plumbing/shards.py: four today, more is one number and a walk over both while it changes"),
    Limit("one partition of a partner: 1,000 write units", 1_000, "/s", lambda day: day.peak(day.writes / day.partners),
          "nothing: no business books three hundred times a second"),
    Limit("Lambda, 1,000 at once in an account", 1_000, "at once", lambda day: day.peak(day.api) * API_MS / 1000,
          "ask for more; reserved concurrency keeps workers from starving visitors"),
    Limit("KMS, 10,000 requests a second", 10_000, "/s", lambda day: day.peak(day.kms),
          "keys stay in memory five minutes; more of them (plumbing/envelope.py) if processes have the room"),
    Limit("API Gateway, 10,000 requests a second in an account", 10_000, "/s",
          lambda day: day.peak(day.api * (1 + _files_share())), "a second account, or ask for more"),
    Limit("DynamoDB, 40,000 write units a second of a table", 40_000, "/s", lambda day: day.peak(day.writes),
          "ask for more; tables grow with their load, twice the last peak at once"),
)  # fmt: skip


def _files_share() -> float:
    """Requests for styles and scripts, for each request that is counted here."""
    return TIMES_A_DAY["page of a business"] * FILES_A_VIEW / sum(TIMES_A_DAY[name] for name in API)


# ---------------------------------------------------------------- arithmetic


def day(costs: dict[str, Cost], partners: int) -> Day:
    """A day of so many partners, from what each operation costs."""
    times = {name: n * partners for name, n in TIMES_A_DAY.items()}

    def total(what: Callable[[Cost], float]) -> float:
        return sum(what(costs[name]) * n for name, n in times.items())

    bookings = times["book"]
    mails, sms = 2 * bookings + times["remind by mail"] + times["cancel"], times["remind by SMS"]
    misses = next(share for most, share in KEY_MISSES.items() if partners <= most)
    return Day(
        partners=partners,
        api=sum(times[name] for name in API)
        + bookings
        + times["cancel"]
        + times["log in"],  # each form is asked for first
        work=2 * bookings + mails + sms,  # what follows from a fact is a message of its own
        requests=total(lambda one: one.requests),
        reads=total(lambda one: one.reads),
        writes=total(lambda one: one.writes),
        kms=total(lambda one: one.keys) * misses,
        mails=mails,
        sms=sms,
        bookings=bookings,
        due_writes=3 * (2 * bookings + mails + sms),  # into the index, claimed, out of it
        night_s=times["forget an appointment"] * _forget_ms(costs["forget an appointment"]) / 1000 / PURGE_AT_ONCE,
        expiring=bookings * ROWS_A_BOOKING,  # all that is written on a day goes on one day
        checkpoint_requests=partners
        * min(1.0, sum(TIMES_A_DAY.values()) * PEAK_HOUR),  # partners with a fact in an hour
    )


def _forget_ms(one: Cost) -> float:
    return one.requests * JOB_MS_A_REQUEST + one.writes * PURGE_MS_A_WRITE_UNIT


def month(costs: dict[str, Cost], partners: int) -> dict[str, float]:
    """USD a month, line by line; SMS apart, because partners are billed for them."""
    one = day(costs, partners)
    calls = one.api * (1 + _files_share())
    gb_seconds = (
        calls * ((1 - COLD_SHARE) * API_MS + COLD_SHARE * (API_MS + COLD_MS)) * 1.769
        + one.work * WORK_MS * 1.0
        + one.night_s * 1000 * 1.769
        + one.checkpoint_requests * 24 * 0.5 * JOB_MS_A_REQUEST
        + 1_440 * 100 * 0.5  # the minute job with nothing due
    ) / 1000  # fmt: skip
    stored = one.bookings * KEPT_BOOKINGS_DAYS * KB_STORED_A_BOOKING / 1e6
    return {
        "API Gateway": calls * DAYS / 1e6 * USD["API Gateway, million requests"],
        "Lambda": (calls + one.work) * DAYS / 1e6 * USD["Lambda, million requests"]
        + gb_seconds * DAYS * USD["Lambda, GB second"],
        "DynamoDB, asked": one.writes * DAYS / 1e6 * USD["DynamoDB, million write units"]
        + one.reads * DAYS / 1e6 * USD["DynamoDB, million read units"],
        "DynamoDB, stored and backed up": stored * (USD["DynamoDB, GB stored"] + USD["DynamoDB, GB of backup"]),
        "KMS": one.kms * DAYS / 1e4 * USD["KMS, ten thousand requests"],
        "SQS": 3 * one.work * DAYS / 1e6 * USD["SQS, million requests"],
        "SES": one.mails * DAYS / 1e3 * USD["SES, thousand mails"],
        "logs": (calls * 2 + one.work) * DAYS * KB_LOGGED / 1e6 * USD["CloudWatch, GB of logs"],
        "S3": partners * 0.002 * USD["S3, GB"],
        "fixed": USD["fixed: keys, secrets, alarms, dashboard"],
    }


def reached(costs: dict[str, Cost], limit: Limit) -> float:
    """At how many partners a limit is met; the load grows with them, but for the unwraps that are in memory."""
    low, high = 1, 100_000_000
    if limit.load(_day_of_any(costs, high)) < limit.most:
        return math.inf
    while low < high:
        middle = (low + high) // 2
        if limit.load(_day_of_any(costs, middle)) >= limit.most:
            high = middle
        else:
            low = middle + 1
    return low


def _day_of_any(costs: dict[str, Cost], partners: int) -> Day:
    if partners <= PARTNERS[-1]:
        return day(costs, partners)
    one, factor = day(costs, PARTNERS[-1]), partners / PARTNERS[-1]
    grown = {name: getattr(one, name) * factor for name in Day.__slots__ if name != "partners"}
    return Day(partners=partners, **grown)


# ---------------------------------------------------------------- words


def counted_table(costs: dict[str, Cost]) -> str:
    """What each operation costs, as Markdown."""
    lines = [
        "| operation | a day at one partner | requests | read units | write units | keys |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {name} | {TIMES_A_DAY[name]:g} | {one.requests} | {one.reads:g} | {one.writes} | {one.keys} |"
        for name, one in costs.items()
    ]
    return "\n".join(lines)


def scaled_table(costs: dict[str, Cost]) -> str:
    """What that makes at three sizes: a day's use, and a month's bill."""
    days = [day(costs, n) for n in PARTNERS]
    bills = [month(costs, n) for n in PARTNERS]
    totals = [sum(bill.values()) for bill in bills]
    uses: list[tuple[str, list[float]]] = [
        ("requests to the API a day", [one.api * (1 + _files_share()) for one in days]),
        ("of these in the busiest second", [one.peak(one.api * (1 + _files_share())) for one in days]),
        ("work for the outbox a day", [one.work for one in days]),
        ("requests to DynamoDB a day", [one.requests for one in days]),
        ("read units a day", [one.reads for one in days]),
        ("write units a day", [one.writes for one in days]),
        ("unwrapped keys (KMS) a day", [one.kms for one in days]),
        ("mails a day", [one.mails for one in days]),
        ("SMS a day", [one.sms for one in days]),
    ]
    head = "| | " + " | ".join(f"{n:,} partners" for n in PARTNERS) + " |"
    lines = [head, "|---" + "|---:" * len(PARTNERS) + "|"]
    lines += [f"| {name} | " + " | ".join(_number(value) for value in values) + " |" for name, values in uses]
    lines += [
        f"| {name}, USD a month | " + " | ".join(_money(bill[name]) for bill in bills) + " |" for name in bills[0]
    ]
    lines += [
        "| **AWS in all, USD a month** | " + " | ".join(f"**{_money(one)}**" for one in totals) + " |",
        "| the same in CHF | " + " | ".join(_money(one * CHF_A_USD) for one in totals) + " |",
        "| for each partner, CHF | "
        + " | ".join(f"{one * CHF_A_USD / n:.3f}" for one, n in zip(totals, PARTNERS, strict=True))
        + " |",
        "| SMS on top, CHF a month | "
        + " | ".join(_money(one.sms * DAYS * SMS_PARTS * SMS_CHF) for one in days)
        + " |",
    ]
    return "\n".join(lines)


def limits_table(costs: dict[str, Cost]) -> str:
    """Which limit is met first, and what is done about it."""
    lines = [
        "| limit | " + " | ".join(f"{n:,}" for n in PARTNERS) + " | met at partners | what is done |",
        "|---" + "|---:" * (len(PARTNERS) + 1) + "|---|",
    ]
    for limit in sorted(LIMITS, key=lambda one: reached(costs, one)):
        at = reached(costs, limit)
        shares = " | ".join(f"{limit.load(day(costs, n)) / limit.most:.1%}" for n in PARTNERS)
        lines.append(f"| {limit.name} | {shares} | {'never' if at == math.inf else _number(_two(at))} | {limit.way} |")
    return "\n".join(lines)


def assumptions_table() -> str:
    """The prices, as Markdown."""
    return "\n".join(["| price | USD |", "|---|---:|", *(f"| {name} | {value:g} |" for name, value in USD.items())])


def sections(costs: dict[str, Cost]) -> dict[str, str]:
    """Everything in docs/scale.md that is made here, by its name."""
    return {
        "counted": counted_table(costs),
        "scaled": scaled_table(costs),
        "limits": limits_table(costs),
        "prices": assumptions_table(),
    }


def written(text: str) -> dict[str, str]:
    """The sections that a document holds."""
    found = {}
    for name in ("counted", "scaled", "limits", "prices"):
        begin = text.index(MARK.format(name)) + len(MARK.format(name))
        found[name] = text[begin : text.index(MARK.format("end"), begin)].strip()
    return found


def costs_of(table: str) -> dict[str, Cost]:
    """What a table of `counted_table` says."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]
    return {row[0]: Cost(int(row[2]), float(row[3]), int(row[4]), int(row[5])) for row in rows}


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"


def _money(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:,.2f}"


def _two(value: float) -> float:
    """Two digits are all that such a reckoning knows."""
    digits = 10 ** max(0, int(math.log10(value)) - 1)
    return round(value / digits) * digits


# ---------------------------------------------------------------- counting


class Meter:
    """Weighs what is asked of DynamoDB as AWS bills it (developer guide, read and write request units), and counts keys."""

    def __init__(self, watch: Any, kms: Any, endpoint: str) -> None:
        self._watch, self._kms, self._endpoint = watch, kms, endpoint

    def cost(self, do: Callable[[], object], *, but: tuple[str, ...] = ()) -> Cost:
        """What `do` costs, without requests that are named in `but`. Keys are unwrapped anew."""
        from chalicelib.plumbing import envelope

        envelope.forget_cached()
        asked_from, keys_from, before = len(self._watch.asked), len(self._kms.asked), self._rows()
        do()
        asked = [one for one in self._watch.asked[asked_from:] if os.environ["TABLE_KEYS"] not in str(one)]
        asked = [one for one in asked if one[0] not in but]
        after, keys = self._rows(), len(self._kms.asked) - keys_from
        return Cost(
            # The key's own read goes with the request to KMS: both are spared while it is in memory.
            requests=len(asked),
            reads=sum(self._read(name, params, after) for name, params in asked),
            writes=sum(self._written(name, params, before, after) for name, params in asked),
            keys=keys,
        )

    def _rows(self) -> dict[tuple[str, str, str], dict[str, Any]]:
        from tests.worlds import tables

        return {
            (os.environ[f"TABLE_{name.upper()}"], row["pk"]["S"], row["sk"]["S"]): row
            for name in ("records", "activity", "guard", "ledger")
            for row in tables.raw_rows(self._endpoint, name)
        }

    def _read(self, name: str, params: dict[str, Any], rows: dict[Any, Any]) -> float:
        from tests.rooms.booking.test_budget import size
        from tests.worlds import tables

        def units(weight: int, *, consistent: bool) -> float:
            return max(1, -(-weight // 4096)) * (1.0 if consistent else 0.5)

        if name == "GetItem":
            row = rows.get(_place(params["TableName"], params["Key"]), {})
            return units(size(row), consistent=params.get("ConsistentRead", False))
        if name == "BatchGetItem":
            return sum(
                units(size(rows.get(_place(table, key), {})), consistent=wanted.get("ConsistentRead", False))
                for table, wanted in params["RequestItems"].items()
                for key in wanted["Keys"]
            )
        if name == "Query":
            items = tables._client("dynamodb", self._endpoint).query(**params)["Items"]
            return units(sum(map(size, items)), consistent=params.get("ConsistentRead", False))
        return 0.0

    def _written(self, name: str, params: dict[str, Any], before: dict[Any, Any], after: dict[Any, Any]) -> int:
        from tests.rooms.booking.test_budget import size, units

        def weight(place: tuple[str, str, str], *, transaction: bool) -> int:
            indexed = place[0] in {os.environ[f"TABLE_{one}"] for one in ("RECORDS", "ACTIVITY")}
            old, new = before.get(place), after.get(place)
            once = -(-max(size(new or old or {}), 1) // 1024)
            return units(old, new, indexed=indexed) - (0 if transaction else once)

        if name == "TransactWriteItems":
            requests = [next(iter(item.values())) for item in params["TransactItems"]]
            places = [_place(one["TableName"], one.get("Key") or one["Item"]) for one in requests]
            return sum(max(2, weight(place, transaction=True)) for place in places)
        if name in {"PutItem", "UpdateItem", "DeleteItem"}:
            return max(1, weight(_place(params["TableName"], params.get("Key") or params["Item"]), transaction=False))
        if name == "BatchWriteItem":
            return sum(
                max(
                    1,
                    weight(
                        _place(
                            table,
                            (one.get("PutRequest") or one["DeleteRequest"]).get("Item") or one["DeleteRequest"]["Key"],
                        ),
                        transaction=False,
                    ),
                )
                for table, some in params["RequestItems"].items()
                for one in some
            )
        return 0


def _place(table: str, key: dict[str, Any]) -> tuple[str, str, str]:
    return table, key["pk"]["S"], key["sk"]["S"]


def counted(meter: Meter, world: Any, queue: Any, *, whole: bool = True) -> dict[str, Cost]:
    """A partner's day, by the product's own doors and workers; without `whole` only what visitors wait for."""
    from tests.rooms.booking.test_book import filled
    from tests.worlds.visitor import Visitor

    page = f"/book/{world.booking_name}"
    times = f"{page}/times?service_id={world.service_id}&from=2026-11-24&to=2026-12-07"
    visitor = Visitor(ip="192.0.2.77")
    for warm in (page, times, "/appointments", "/customers"):
        assert world.owner.get(warm).status == 200, warm
    found = {"page of a business": meter.cost(lambda: visitor.get(page))}
    found["search, two weeks"] = meter.cost(lambda: visitor.get(times))

    def book(on: str, *, sms: bool, email: str, hour: int = 10) -> str:
        form = visitor.issue("book", booking_name=world.booking_name)
        made = visitor.submit(form, **filled(world, start=f"2026-11-{on}T{hour}:00:00+01:00", sms=sms, email=email))
        assert made.status == 201, made.text
        return str(made.json["id"])

    found["book"] = meter.cost(lambda: book("26", sms=False, email="lea@example.org"))
    if not whole:
        return found
    found["tell of a booking"] = meter.cost(queue.drain)
    by_sms = book("27", sms=True, email="eva@example.org")
    queue.drain()
    found["week view"] = meter.cost(lambda: world.owner.get("/appointments"))
    found["list of customers"] = meter.cost(lambda: world.owner.get("/customers"))
    for name, day_of_november in (("remind by mail", 25), ("remind by SMS", 26)):
        world.clock.set(datetime(2026, 11, day_of_november, 9, 5, tzinfo=UTC))  # a day before each
        found[name] = meter.cost(queue.minute)

    def cancel() -> None:
        desk = world.sign_in()
        form = desk.issue("appointment", id=by_sms, action="cancellation")
        assert desk.submit(form).status == 200

    found["cancel"] = meter.cost(cancel)
    queue.drain()
    found["log in"] = _login(meter)
    for hour in (11, 13, 14, 15):
        book("27", sms=False, email=f"guest{hour}@example.org", hour=hour)
    queue.drain()
    found["forget an appointment"] = _forgetting(meter, world)
    return {name: found[name] for name in TIMES_A_DAY}


def _login(meter: Meter) -> Cost:
    from tests.worlds import people
    from tests.worlds.visitor import Visitor

    people.owner(os.environ["AWS_ENDPOINT_URL"])
    visitor = Visitor(ip="192.0.2.78")
    return meter.cost(lambda: people.log_in(visitor))


def _forgetting(meter: Meter, world: Any) -> Cost:
    """What a day's six bookings cost that go by their dates, and all that was written of them, for each; looking for what is due apart."""
    from chalicelib.plumbing import table
    from chalicelib.plumbing.visit import of_job
    from chalicelib.privacy.records import PurgeRow

    purge.everything(of_job(world.clock.now, "first"))
    table.update(PurgeRow(*purge.KEY), [PurgeRow.next_on.set(world.clock.now.date() + timedelta(days=3))])

    def everything() -> None:
        while not purge.everything(of_job(world.clock.now, "then"))["complete"]:
            pass

    six = []
    for days in (
        100,
        640,
    ):  # a row's addresses go before it: weighed apart, since rows are weighed as they were and are
        world.clock.set(world.clock.now + timedelta(days=days))
        six.append(meter.cost(everything, but=("Query",)))

    def of_one(what: Callable[[Cost], float]) -> float:
        return sum(what(one) for one in six) / 6

    requests, writes = math.ceil(of_one(lambda one: one.requests)), math.ceil(of_one(lambda one: one.writes))
    keys = math.ceil(of_one(lambda one: one.keys))
    return Cost(requests, round(of_one(lambda one: one.reads), 1), writes, keys)


@contextmanager
def _house() -> Iterator[tuple[Meter, Any, Any]]:
    """Tables, simulators, a clock and a partner with two employees: what tests have, without pytest."""
    import pytest

    import tests.conftest as house
    from infra.local import emulator
    from tests.fakes import providers, strict
    from tests.fakes.kms import Kms
    from tests.worlds import outbox, partners, tables

    with (
        emulator.running() as running,
        tempfile.TemporaryDirectory() as folder,
        providers.running(clock_file=Path(folder) / "c", report_delay_s=3600.0) as desk,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("AWS_ENDPOINT_URL", running.endpoint)
        patch.setenv("CLOCK_FILE", str(Path(folder) / "clock"))
        patch.setenv("SMSAPI_URL", desk.smsapi_url)
        patch.setenv("MAIL_URL", desk.mail_url)
        tables.create(running.endpoint)
        clock = house.Clock(Path(folder) / "clock")
        from chalicelib.plumbing import database, envelope
        from chalicelib.plumbing import table as product

        kms = Kms(os.environ["KMS_KEY"])
        patch.setattr(envelope, "client", lambda: kms)
        watch = strict.watch(database.client())
        queue = outbox.install(patch, clock)
        world = partners.a_partner(product, SimpleNamespace(now=NOW, set=clock.set), employees=2)
        world.clock = clock
        yield Meter(watch, kms, running.endpoint), world, queue


def measure() -> dict[str, Cost]:
    """What each operation costs."""
    with _house() as (meter, world, queue):
        return counted(meter, world, queue)


def main() -> int:
    """Count, print, and write the tables of the document anew."""
    costs = measure()
    text = DOCUMENT.read_text("utf-8")
    for name, made in sections(costs).items():
        begin = text.index(MARK.format(name)) + len(MARK.format(name))
        text = text[:begin] + "\n\n" + made + "\n\n" + text[text.index(MARK.format("end"), begin) :]
        print(made, end="\n\n")
    DOCUMENT.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
