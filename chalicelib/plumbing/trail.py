"""The trail of one request or one run: the ids that its log lines, rows and calls to vendors carry, and what it counted.

Whatever is done, now or by a worker later, because of one request carries that request's `correlation_id`. No id says
anything about a person. Of a request there is one line, written by hand (docs/adr/0016-what-operators-see.md).
"""

import json
import os
import re
import time
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

import msgspec

from chalicelib.plumbing import ids

API = "api_handler"
METRICS: Mapping[str, str] = {
    "Bookings": "Count",
    "SlotTaken": "Count",  # conflicts: somebody was faster
    "SmsSent": "Count",
    "SmsParts": "Count",
    "SmsFailed": "Count",
    "MailsSent": "Count",
    "MailsFailed": "Count",
    "ReminderLag": "Seconds",  # from when a reminder was due until it was handed over
    "OutboxOldestDue": "Seconds",  # how long the row that has waited longest is due, each minute
    "Denied": "Count",
    "FormTokenInvalid": "Count",
    "RateLimited": "Count",
    "LimiterFailures": "Count",  # a limit could not be counted, so nobody got in
    "KeyUnusable": "Count",  # KMS does not let us use the key: disabled, about to go, or not ours any more
    "ColdStarts": "Count",
    "PurgeOverdue": "Count",  # rows that outlive their date, after each run of the purge
    "Checkpoints": "Count",
    "BillingSyncs": "Count",  # complete ones
    "VendorErrors": "Count",  # calls that did not arrive or were not answered as they should, for each vendor
}
"""Every metric there is, with its unit in CloudWatch. Dimensions: service, function, and vendor where it is about one."""

OF_A_REQUEST = (
    "level", "message", "timestamp", "service", "function", "request_id", "correlation_id", "xray_trace_id", "door", "method",
    "route", "status", "code", "partner_id", "ms", "cold_start", "dynamodb_requests",
)  # fmt: skip
"""What the line about a request says, besides what `note` adds."""

_ID = re.compile(r"[0-9a-f-]{32,36}")
_TRACE = re.compile(r"1-[0-9a-f]{8}-[0-9a-f]{24}")
_MOST_VALUES = 100  # of one metric in one line (CloudWatch, specification of the embedded metric format)


class Trail(msgspec.Struct):
    """What is known of the request or run that this thread works on."""

    function: str
    request_id: str
    correlation_id: str
    cold: bool
    began: float
    asked: int = 0  # of DynamoDB
    notes: dict[str, Any] = msgspec.field(default_factory=dict)
    numbers: dict[tuple[str, str], list[float]] = msgspec.field(default_factory=dict)


_now: ContextVar[Trail | None] = ContextVar("trail", default=None)
_begun: list[str] = []


def begin(function: str, given: object) -> Trail:
    """A new trail from here on. `given` is the id that AWS gave the request; one that does not look like it is not taken.

    A client can choose the id that API Gateway gives (`$context.requestId`), so it is not believed: no other shape
    passes, and nothing but log lines is found by it.
    """
    known = given if isinstance(given, str) and _ID.fullmatch(given) else ids.new()
    made = Trail(function, known, known, not _begun, time.perf_counter())
    _now.set(made)
    if made.cold:
        _begun.append(function)
        count("ColdStarts")
    return made


def now() -> Trail | None:
    """The trail we are on, if any."""
    return _now.get()


def end() -> None:
    """Leave the trail."""
    _now.set(None)


def correlation_id() -> str | None:
    """What began all this: the id of the request at the door, or of the run of a job."""
    trail = _now.get()
    return trail.correlation_id if trail else None


def follow(begun_by: str | None) -> None:
    """Go on with what another request has begun."""
    trail = _now.get()
    if trail is not None:
        trail.correlation_id = begun_by or trail.request_id


def note(**ids_or_counts: object) -> None:
    """Let the line about this request, or message of a queue, say more (keys of `log.KEYS`)."""
    trail = _now.get()
    if trail is not None:
        trail.notes.update(ids_or_counts)


def count(metric: str, number: float = 1, *, vendor: str = "") -> None:
    """Count, or note a measured value, for the operator: sent once, when the request or run is over."""
    unit = METRICS[metric]
    trail = _now.get()
    if trail is None:
        return
    values = trail.numbers.setdefault((metric, vendor), [])
    if unit == "Count" and values:
        values[0] += number
    elif len(values) < _MOST_VALUES:
        values.append(number)


def heard(**_: object) -> None:
    """One more request goes to DynamoDB (an event of botocore's)."""
    trail = _now.get()
    if trail is not None:
        trail.asked += 1


def service() -> str:
    """Which deployment this is."""
    return os.environ.get("POWERTOOLS_SERVICE_NAME", "zeitfenster")


def xray_id() -> str | None:
    """The id of the X-Ray trace, which a client may have begun: only what has the shape of one."""
    found = _TRACE.search(os.environ.get("_X_AMZN_TRACE_ID", ""))
    return found[0] if found else None


def write(door: str, *, method: str, route: str, status: int, code: str | None = None, partner_id: str | None) -> None:
    """The line about a request, and what it counted, in one: level to time as Powertools writes them."""
    trail = _now.get()
    if trail is None:
        return
    line = {
        "level": "ERROR" if status >= 500 else "INFO",
        "message": "request",
        "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "service": service(),
        "function": trail.function,
        "request_id": trail.request_id,
        "correlation_id": trail.correlation_id,
        "xray_trace_id": xray_id(),
        "door": door,
        "method": method,
        "route": route,
        "status": status,
        "code": code,
        "partner_id": partner_id,
        **trail.notes,
        "ms": round((time.perf_counter() - trail.began) * 1000, 1),
        "cold_start": trail.cold,
        "dynamodb_requests": trail.asked,
    }
    print(json.dumps({**{name: value for name, value in line.items() if value is not None}, **_embedded(trail)}))
    end()


def _embedded(trail: Trail) -> dict[str, Any]:
    """What was counted, in the embedded metric format: CloudWatch reads it from the very line."""
    if not trail.numbers:
        return {}
    directives, values = [], dict[str, Any]()
    for vendor in sorted({vendor for _, vendor in trail.numbers}):
        chosen = {metric: found for (metric, of), found in trail.numbers.items() if of == vendor}
        directives.append(
            {
                "Namespace": os.environ.get("POWERTOOLS_METRICS_NAMESPACE", "Zeitfenster"),
                "Dimensions": [["service", "function", *(["vendor"] if vendor else [])]],
                "Metrics": [{"Name": metric, "Unit": METRICS[metric]} for metric in chosen],
            }
        )
        values |= {metric: found if len(found) > 1 else found[0] for metric, found in chosen.items()}
        values |= {"vendor": vendor} if vendor else {}
    now = round(time.time() * 1000)
    return {"_aws": {"Timestamp": now, "CloudWatchMetrics": directives}, **values}


def flush() -> None:
    """Send what a worker or job counted, by Powertools: one line, and one for each vendor that failed. Ends the trail."""
    trail = _now.get()
    end()
    if trail is None or not trail.numbers:
        return
    from aws_lambda_powertools.metrics import EphemeralMetrics

    for vendor in sorted({vendor for _, vendor in trail.numbers}):
        metrics = EphemeralMetrics()
        metrics.add_dimension("service", service())
        metrics.add_dimension("function", trail.function)
        if vendor:
            metrics.add_dimension("vendor", vendor)
        for (metric, of), values in trail.numbers.items():
            for value in values if of == vendor else ():
                metrics.add_metric(metric, METRICS[metric], value)
        metrics.flush_metrics()
