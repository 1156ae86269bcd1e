"""One structured log line per event, by Powertools; never a name, number, address, text or token of a person.

A line may carry the keys of KEYS and no others, and under them words: ids, codes, counts. None of them is the name of an
attribute that is stored as somebody's (tests/house/test_log.py asks the inventory). What else somebody passes is left out.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from chalicelib.plumbing import trail

KEYS = frozenset(
    {
        *("function", "request_id", "correlation_id", "partner_id", "door", "job", "task", "row", "export", "run_id"),
        *("code", "outcome", "error", "why", "kind", "operation", "policy", "version", "table", "attribute"),
        *("attempts", "tries", "failed", "rows", "since", "stuck_on", "letters", "number", "retention", "ms"),
        *("cold_start", "dynamodb_requests", "figures"),
    }
)
_WORD = re.compile(r"[A-Za-z0-9_.:#/=-]{1,200}")
_HIDDEN = "?"


@cache
def _logger() -> Any:
    from aws_lambda_powertools import Logger

    # The level is ours: Powertools would else take one from LOG_LEVEL, whoever has set that.
    return Logger(
        service=trail.service(), level="INFO", log_uncaught_exceptions=False, use_rfc3339=True, utc=True
    )  # fmt: skip


def info(event: str, **ids: object) -> None:
    """Something happened; `ids` are ids, codes and counts."""
    _logger().info(event, extra=allowed(ids), stacklevel=3)


def warning(event: str, **ids: object) -> None:
    """Something should be looked at, but nobody was turned away."""
    _logger().warning(event, extra=allowed(ids), stacklevel=3)


def error(event: str, problem: BaseException, **ids: object) -> None:
    """Something broke. The traceback is kept, the message of the exception is not: it may quote what a person typed."""
    import traceback

    frames = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(problem.__traceback__)]
    _logger().error(event, extra={**allowed(ids), "error": type(problem).__name__, "frames": frames}, stacklevel=3)


def allowed(ids: Mapping[str, object]) -> dict[str, object]:
    """What of `ids` a line may say, after the ids of the trail. A value that is no word, number or figures is hidden."""
    on = trail.now()
    known: dict[str, object] = {}
    if on is not None:
        known = {"function": on.function, "request_id": on.request_id, "correlation_id": on.correlation_id}
    return known | {name: _word(value) for name, value in ids.items() if name in KEYS}


def figures(result: object) -> dict[str, object]:
    """What a job gave back, as far as it is numbers."""
    return {k: v for k, v in result.items() if isinstance(v, int | float)} if isinstance(result, Mapping) else {}


def _word(value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {name: number for name, number in value.items() if isinstance(number, int | float)}
    return value if isinstance(value, str) and _WORD.fullmatch(value) else _HIDDEN
