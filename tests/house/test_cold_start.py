"""The first search of a fresh function loads nothing that only other errands need."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.worlds.partners import a_partner

MOST_EXECUTED = 91
"""Modules of the house; each costs about half a millisecond of a cold start, one that declares rows or dataclasses more."""
ROOT = Path(__file__).parents[2]
HEAVY = (
    "openpyxl",
    "requests",
    "boto3",
    "jinja2",
    "phonenumbers",
    "argon2",
    "holidays",
    "cryptography",
    "babel",
    "icalendar",
    "dateutil.rrule",
)
ASK = """
import json, sys, types
from tests.worlds.visitor import Visitor
reply = Visitor().get(sys.argv[1])
loaded = sorted(sys.modules)
executed = [name for name in loaded if name.startswith("chalicelib") and type(sys.modules[name]) is types.ModuleType]
print(json.dumps({"status": reply.status, "body": reply.json, "loaded": loaded, "executed": executed}))
"""


@pytest.fixture(scope="module")
def emulator() -> Iterator[Any]:
    """An emulator whose tables another process sees too: those of the other tests lie in theirs."""
    from infra.local import emulator as local
    from tests.worlds import tables

    with local.running() as running, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", running.endpoint)
        tables.create(running.endpoint)
        yield running


def ask_fresh(path: str) -> dict[str, Any]:
    answer = subprocess.run(
        [sys.executable, "-c", ASK, path],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    said: dict[str, Any] = json.loads(answer.stdout.splitlines()[-1])
    return said


def test_a_search_for_times_loads_no_heavy_library(table: Any, clock: Any) -> None:
    world = a_partner(table, clock)

    said = ask_fresh(f"/book/{world.booking_name}/times?service_id={world.service_id}")

    assert said["status"] == 200
    assert any(day["times"] for day in said["body"]["days"])
    assert {"chalice", "botocore", "chalicelib.booking.search"} <= set(said["loaded"])
    assert [one for one in HEAVY if one in said["loaded"]] == []


def test_a_search_for_times_executes_few_modules_of_the_house(table: Any, clock: Any) -> None:
    world = a_partner(table, clock)

    said = ask_fresh(f"/book/{world.booking_name}/times?service_id={world.service_id}")

    assert said["status"] == 200
    assert {"chalicelib.booking.search", "chalicelib.offering.rules"} <= set(said["executed"])
    assert "chalicelib.booking.book" in said["loaded"]
    assert "chalicelib.booking.book" not in said["executed"]
    assert len(said["executed"]) <= MOST_EXECUTED, "\n".join(said["executed"])
