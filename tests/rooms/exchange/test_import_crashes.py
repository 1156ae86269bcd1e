"""A worker may die at any step: what it began is brought to its end by the next one, whole, or it never was."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from chalicelib.activity import find as log
from chalicelib.booking.records import DayRow
from chalicelib.exchange import intake, open_file, reading
from chalicelib.plumbing import aws, database, table
from tests.conftest import NOW
from tests.worlds.brought import XLSX, seen, workbook
from tests.worlds.outbox import Killed
from tests.worlds.partners import World, a_partner

_WRITES = ("TransactWriteItems", "UpdateItem", "PutItem", "DeleteItem", "PutObject", "DeleteObject")


@pytest.fixture
def in_this_process(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Files are opened without a process of their own: what is tried here comes behind that."""

    def sheets(content: bytes, file_format: str, *, wanted: Any) -> list[open_file.Sheet]:
        file = tmp_path / f"file.{file_format}"
        file.write_bytes(content)
        found = json.loads(json.dumps(reading.read(file, file_format, wanted)))
        return [open_file.Sheet(one["name"], [tuple(row) for row in one["rows"]]) for one in found["sheets"]]

    monkeypatch.setattr(open_file, "sheets", sheets)


def killed_at(monkeypatch: pytest.MonkeyPatch, number: int) -> Callable[[], bool]:
    """Let whatever writes die right behind its `number`th writing; whether it came that far."""
    written = 0
    ask, client = database.ask, aws.client

    def count(operation: str, write: Callable[[], Any]) -> Any:
        nonlocal written
        written += operation in _WRITES
        answer = write()
        if operation in _WRITES and written == number:
            raise Killed
        return answer

    class Client:
        def __init__(self, inner: Any) -> None:
            self._inner = inner
            self.exceptions = inner.exceptions

        def __getattr__(self, name: str) -> Any:
            operation = {"put_object": "PutObject", "delete_object": "DeleteObject"}.get(name, name)
            return lambda **more: count(operation, lambda: getattr(self._inner, name)(**more))

    monkeypatch.setattr(database, "ask", lambda operation, request: count(operation, lambda: ask(operation, request)))
    monkeypatch.setattr(aws, "client", lambda name: Client(client(name)) if name == "s3" else client(name))
    return lambda: written >= number


def a_file(world: World) -> bytes:
    email = world.emails[world.employee_id]
    header = ["Nr.", "Datum", "Zeit", "Leistung", "Mitarbeiter", "Kunde", "E-Mail"]
    rows = [[n, "01.12.2026", f"{9 + n}:00", "Beratung", email, f"Gast N{n}", f"gast{n}@example.ch"] for n in range(2)]
    return workbook(header, *rows)


def taken_atoms(world: World) -> int:
    row = table.get(DayRow, f"{world.id}#calendar", f"2026-12-01#{world.employee_id}")
    return int.from_bytes(bytes(row.taken)).bit_count() if row else 0


@pytest.mark.usefixtures("in_this_process")
@pytest.mark.parametrize("lost", [False, True], ids=["taken in", "given back"])
def test_a_worker_that_dies_anywhere_leaves_nothing_half_done(
    exports: Any, table: Any, clock: Any, monkeypatch: pytest.MonkeyPatch, lost: bool
) -> None:
    conflicts = intake.check_file.check_appointments.keep_time.conflicts
    number, reached = 0, True
    while reached:
        number += 1
        assert number < 60
        clock.set(NOW)
        world = a_partner(table, clock)
        asked = world.api.send(
            "POST", "/imports?what=appointments&dry_run=false", a_file(world), {"content-type": XLSX}
        )
        exports.outbox.drain()
        [message], exports.handed = exports.handed, []
        if lost:  # somebody else takes the second time right behind the check

            def checked(*args: Any, world: World = world, **more: Any) -> Any:
                found = conflicts(*args, **more)
                world.take(world.employee_id, datetime(2026, 12, 1, 9, tzinfo=UTC), 45)
                return found

            monkeypatch.setattr(intake.keep_time, "conflicts", checked)
        with pytest.MonkeyPatch.context() as patch:
            came_so_far = killed_at(patch, number + 2 * lost)
            try:
                exports.deliver(message)
            except Killed:
                exports.handed.clear()
            reached = came_so_far()
        monkeypatch.setattr(intake.keep_time, "conflicts", conflicts)
        for minutes in (17, 34, 51):
            exports.outbox.until(NOW + timedelta(minutes=minutes))
            exports.work()

        shown = seen(world.api, asked.json["id"])
        items = world.api.get("/appointments?from=2026-12-01&to=2026-12-01").json["items"]
        people = world.api.get("/customers").json["items"]
        kinds = [one.kind for one in log.between(world.id, NOW - timedelta(days=1), NOW + timedelta(days=1))]
        done = 0 if lost else 2
        assert (shown["state"], len(items), len(people)) == ("failed" if lost else "done", done, done), number
        assert taken_atoms(world) == (9 if lost else 18), number
        assert (kinds.count("appointment.booked"), kinds.count("import.done")) == (done, done // 2), number
        left = [one for one in exports.stored() if world.id in one and one.endswith(".file")]
        assert len(left) == lost, number
    assert number > 6
