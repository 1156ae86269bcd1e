"""What became of the tests that something here is proven by: the results that were recorded for this very program."""

import json
from collections.abc import Collection
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parents[2] / "test_results.json"
"""Put beside the product by infra/package.py, if the tests were run on exactly these sources; beside the sources there is none."""


def results(names: Collection[str]) -> list[dict[str, str]]:
    """Each test, as pytest names it without parameters, with its result: `passed`, `failed` or `not_run`."""
    return [{"name": name, "result": _results().get(name, "not_run")} for name in names]


def counted(names: Collection[str]) -> dict[str, int]:
    """How many different tests these are, and how many of them passed."""
    once = set(names)
    return {"listed": len(once), "passed": sum(_results().get(name) == "passed" for name in once)}


def run_at() -> str | None:
    """When the tests ran (ISO 8601); None where no run was recorded for this program."""
    run = _run()
    return run["at"] if run else None


def _results() -> dict[str, str]:
    run = _run()
    return run["results"] if run else {}


@cache
def _run() -> dict[str, Any] | None:
    if not FILE.is_file():
        return None
    made: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
    return made
