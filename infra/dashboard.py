"""The dashboard: one row for each question that an operator has, the alarms above all of them."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.plumbing.settings import REGION

_WIDTH = 24
_HEIGHT = 6
_SERVICE = "zeitfenster-${Stage}"
_ALARM = "arn:${AWS::Partition}:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:"
Lines = list[list[Any]]


def body(*, functions: Mapping[str, str], tables: Sequence[str], alarms: Sequence[str], stage: str) -> str:
    """The dashboard as JSON with the placeholders of Fn::Sub. `functions` are their names here and in the code."""
    widgets: list[dict[str, Any]] = [
        {
            "type": "alarm",
            **_place(0, 0, _WIDTH, 3),
            "properties": {"title": "Alarms", "alarms": [f"{_ALARM}{one}" for one in sorted(alarms)]},
        }
    ]
    top = 3
    for question, graphs in _rows(functions, tables, stage):
        widgets.append({"type": "text", **_place(0, top, _WIDTH, 1), "properties": {"markdown": f"## {question}"}})
        wide = _WIDTH // len(graphs)
        for number, (title, how, lines) in enumerate(graphs):
            widgets.append(_graph(title, how, lines, place=_place(number * wide, top + 1, wide, _HEIGHT)))
        top += 1 + _HEIGHT
    return json.dumps({"widgets": widgets}, separators=(",", ":"))


def _rows(
    functions: Mapping[str, str], tables: Sequence[str], stage: str
) -> list[tuple[str, list[tuple[str, str, Lines]]]]:
    def api(metric: str, **shown: str) -> list[Any]:
        return ["AWS/ApiGateway", metric, "ApiName", _SERVICE, "Stage", stage, *([shown] if shown else [])]

    def own(metric: str, function: str, **shown: str) -> list[Any]:
        return ["Zeitfenster", metric, "service", _SERVICE, "function", function, *([shown] if shown else [])]

    def queue(metric: str, name: str) -> list[Any]:
        return ["AWS/SQS", metric, "QueueName", f"${{{name}.QueueName}}"]

    def each(metric: str) -> Lines:
        return [
            ["AWS/Lambda", metric, "FunctionName", f"${{{name}}}", {"label": label}]
            for name, label in functions.items()
        ]

    def of_tables(*metrics: str) -> Lines:
        return [["AWS/DynamoDB", metric, "TableName", f"${{{name}}}"] for name in tables for metric in metrics]

    vendors = f"SEARCH('{{Zeitfenster,service,function,vendor}} MetricName=\"VendorErrors\" service=\"{_SERVICE}\"', 'Sum', 300)"
    return [
        ("Do visitors get an answer, and soon?", [
            ("Requests and refusals", "Sum", [api("Count"), api("4XXError"), api("5XXError")]),
            ("How long they wait", "p50", [api("Latency"), api("Latency", stat="p95"), api("Latency", stat="p99")]),
            ("Functions that had to start first", "Sum", [own("ColdStarts", one) for one in functions.values()]),
        ]),
        ("Are people booking?", [
            ("Bookings, and those who were too late", "Sum", [own("Bookings", "api_handler"), own("SlotTaken", "api_handler")]),
        ]),
        ("Do reminders go out in time?", [
            ("Reminders: seconds late", "p90", [own("ReminderLag", "outbox_work"), own("ReminderLag", "outbox_work", stat="Maximum")]),
            ("What has waited longest (seconds)", "Maximum", [
                own("OutboxOldestDue", "messaging_reminders"),
                queue("ApproximateAgeOfOldestMessage", "OutboxQueue"),
                queue("ApproximateAgeOfOldestMessage", "ExportsQueue"),
            ]),
            ("Given up", "Maximum", [queue("ApproximateNumberOfMessagesVisible", "OutboxDeadQueue")]),
        ]),
        ("Do SMS and mails go out?", [
            ("SMS", "Sum", [own(one, "outbox_work") for one in ("SmsSent", "SmsParts", "SmsFailed")]),
            ("Mails", "Sum", [own(one, "outbox_work") for one in ("MailsSent", "MailsFailed")]),
            ("Bounces and complaints", "Average", [["AWS/SES", "Reputation.BounceRate"], ["AWS/SES", "Reputation.ComplaintRate"]]),
        ]),
        ("Do the vendors answer?", [("Calls that failed, by vendor", "Sum", [[{"expression": vendors, "id": "vendors"}]])]),
        ("Is somebody trying to get in?", [
            ("Turned away", "Sum", [own(one, "api_handler") for one in ("Denied", "RateLimited", "FormTokenInvalid")]),
            ("Limits that could not be counted", "Sum", [own("LimiterFailures", "api_handler")]),
        ]),
        ("Are promises kept while nobody looks?", [
            ("Past its date and still there", "Maximum", [own("PurgeOverdue", "privacy_purge")]),
            ("Checkpoints, looks at invoices", "Sum", [own("Checkpoints", "privacy_checkpoint"), own("BillingSyncs", "billing_sync")]),
            ("The key", "Sum", [own("KeyUnusable", one) for one in functions.values()]),
        ]),
        ("Are the functions well?", [
            ("Errors", "Sum", each("Errors")),
            ("Throttled", "Sum", each("Throttles")),
            ("At once", "Maximum", each("ConcurrentExecutions")),
            ("Milliseconds", "p95", each("Duration")),
        ]),
        ("Are the tables well?", [
            ("Throttled", "Sum", of_tables("ReadThrottleEvents", "WriteThrottleEvents")),
            ("Capacity that is paid for", "Sum", of_tables("ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits")),
        ]),
    ]  # fmt: skip


def _graph(title: str, how: str, lines: Lines, *, place: dict[str, int]) -> dict[str, Any]:
    shown = {"title": title, "region": REGION, "view": "timeSeries", "stat": how, "period": 300, "metrics": lines}
    return {"type": "metric", **place, "properties": shown}


def _place(x: int, y: int, width: int, height: int) -> dict[str, int]:
    return {"x": x, "y": y, "width": width, "height": height}
