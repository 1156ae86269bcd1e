"""What became of the promises: each with its state, its tests, and the last result that was recorded for this very program."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from chalicelib.plumbing import words
from chalicelib.privacy import promises

RESULTS = Path(__file__).parents[2] / "test_results.json"
"""Put beside the product by infra/package.py, if the tests were run on exactly these sources; beside the sources there is none."""


def shown(language: str) -> dict[str, Any]:
    """All promises, how many are kept, and when the tests ran (null where no run was recorded for this build)."""
    run = _run()
    results: dict[str, str] = run["results"] if run else {}
    items = [
        {
            "id": one.id,
            "promise": words.say("privacy", f"promise.{one.id}", language),
            "state": one.state,
            "article": one.article,
            "rooms": list(one.rooms),
            "tests": [{"name": name, "result": results.get(name, "not_run")} for name in one.tests],
        }
        for one in promises.ALL
    ]
    listed = {name for one in promises.ALL for name in one.tests}
    return {
        "items": items,
        "next": None,
        "states": {state: sum(one["state"] == state for one in items) for state in ("kept", "partly", "not_yet")},
        "tests": {"listed": len(listed), "passed": sum(results.get(name) == "passed" for name in listed)},
        "run_at": run["at"] if run else None,
    }


@cache
def _run() -> dict[str, Any] | None:
    if not RESULTS.is_file():
        return None
    made: dict[str, Any] = json.loads(RESULTS.read_text("utf-8"))
    return made
