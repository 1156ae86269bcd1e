"""What became of the promises: each with its state, its tests, and the last result that was recorded for this very program."""

from typing import Any

from chalicelib.plumbing import words
from chalicelib.privacy import asvs, promises, tested


def shown(language: str) -> dict[str, Any]:
    """All promises, how many are kept, when the tests ran (null where no run was recorded), and the sum of OWASP ASVS."""
    items = [
        {
            "id": one.id,
            "promise": words.say("privacy", f"promise.{one.id}", language),
            "state": one.state,
            "article": one.article,
            "rooms": list(one.rooms),
            "tests": tested.results(one.tests),
        }
        for one in promises.ALL
    ]
    return {
        "items": items,
        "next": None,
        "states": {state: sum(one["state"] == state for one in items) for state in ("kept", "partly", "not_yet")},
        "tests": tested.counted({name for one in promises.ALL for name in one.tests}),
        "run_at": tested.run_at(),
        "asvs": asvs.summary(),
    }
