"""What is asked of the tables with 100 and with 100,000 appointments stored: it must be the same.

Counted on a real table through the product's own doors and jobs: requests, and rows that an answer of DynamoDB held. The
appointments lie in the past year, as they do in a business that has been running; `BENCH_APPOINTMENTS` changes how many.
"""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from infra.local import emulator

SMALL, LARGE = 100, int(os.environ.get("BENCH_APPOINTMENTS", "100000"))
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def measure() -> dict[str, Any]:
    """Operation -> (requests, rows) with few and with many appointments, and whether they are the same."""
    with emulator.running() as running:
        _prepare(running.endpoint)
        from chalicelib.plumbing import database, table
        from tests.worlds import partners

        world = partners.a_partner(table, SimpleNamespace(now=NOW), employees=10)
        watch = _watch(database.client())
        stored = _store(world, 0, SMALL)
        few = {name: _counted(watch, do) for name, do in _operations(world).items()}
        stored = _store(world, stored, LARGE)
        many = {name: _counted(watch, do) for name, do in _operations(world).items()}
    return {"stored": [SMALL, stored], "few": few, "many": many, "same": few == many}


def table_of(figures: dict[str, Any]) -> str:
    """The figures for people."""
    head = f"{'requests (rows) with':28}{figures['stored'][0]:>14,}{figures['stored'][1]:>14,}"
    rows = [
        f"{name:28}"
        + "".join(f"{requests:>8} ({rows:>3})" for requests, rows in (figures["few"][name], figures["many"][name]))
        for name in figures["few"]
    ]
    return "\n".join([head, *rows])


def _operations(world: Any) -> dict[str, Callable[[], Any]]:
    from chalicelib.activity import outbox
    from chalicelib.plumbing import clock
    from chalicelib.plumbing.visit import of_job
    from chalicelib.privacy import purge

    times = f"/book/{world.booking_name}/times?service_id={world.service_id}&from=2026-12-01&to=2026-12-31"
    week = "/appointments?from=2026-11-30&to=2026-12-07"
    purge.everything(of_job(NOW, "first"))
    return {
        "times, a month, warm": lambda: world.owner.get(times),
        "week view": lambda: world.api.get(week),
        "minute job, nothing due": lambda: outbox.due(clock.now()),
        "purge, nothing due": lambda: purge.everything(of_job(NOW, "again")),
    }


def _counted(watch: Any, do: Callable[[], Any]) -> tuple[int, int]:
    do()
    before, watch.rows = len(watch.asked), 0
    do()
    return len(watch.asked) - before, watch.rows


def _watch(client: Any) -> Any:
    from tests.fakes import strict

    watch = strict.watch(client)
    counter = SimpleNamespace(asked=watch.asked, rows=0)

    def after(parsed: dict[str, Any], **_: Any) -> None:
        counter.rows += len(parsed.get("Items", ()))

    client.meta.events.register("after-call.dynamodb.*", after)
    return counter


def _store(world: Any, have: int, want: int) -> int:
    """Appointments `have` to `want`, of the year before, as rows of the table; how many there are now."""
    from chalicelib.booking.records import AppointmentRow
    from chalicelib.plumbing import database, ids, shards

    client, name = database.client(), database.table_name("records")
    batch: list[dict[str, Any]] = []
    for number in range(have, want):
        start = NOW - timedelta(days=3 + number % 360, minutes=5 * (number % 100))
        pk = f"{world.id}#appointments"
        row = AppointmentRow(
            pk, ids.new(start), service_id=world.service_id, employee_id=world.employee_ids[number % 10],
            customer_id=f"c{number % 5000}", start_at=start, end_at=start + timedelta(minutes=45),
            buffer_before_minutes=0, buffer_after_minutes=0, seats=1, cancel_until_hours=24, status="completed",
            source="web", price_rappen=0, sms=False, language="de", sequence=0, history=[], created_at=start,
            delete_on=(start + timedelta(days=731)).date(), agenda=world.id, lookup=f"{world.id}#customer#c{number % 5000}",
            lookup_at="x", expiry_shard=shards.expires_on((start + timedelta(days=731)).date(), pk),
        )  # fmt: skip
        batch.append({"PutRequest": {"Item": row.serialize()}})
        if len(batch) == 25 or number == want - 1:
            client.batch_write_item(RequestItems={name: batch})
            batch = []
    return want


def _prepare(endpoint: str) -> None:
    from bench import cold
    from tests.worlds import tables

    os.environ.update(cold.environment(endpoint))
    tables.create(endpoint)


if __name__ == "__main__":
    print(table_of(measure()))
