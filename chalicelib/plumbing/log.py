"""One structured log line per event, by Powertools; never a name, number, address, text or token of a person."""

from functools import cache
from typing import Any


@cache
def _logger() -> Any:
    from aws_lambda_powertools import Logger

    return Logger(service="zeitfenster", log_uncaught_exceptions=False, use_rfc3339=True, utc=True)


def info(event: str, **ids: object) -> None:
    """Something happened; `ids` are ids, codes and counts."""
    _logger().info(event, extra=ids)


def warning(event: str, **ids: object) -> None:
    """Something should be looked at, but nobody was turned away."""
    _logger().warning(event, extra=ids)


def error(event: str, problem: BaseException, **ids: object) -> None:
    """Something broke. The traceback is kept, the message of the exception is not: it may quote what a person typed."""
    import traceback

    frames = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(problem.__traceback__)]
    _logger().error(event, extra={**ids, "error": type(problem).__name__, "frames": frames})
