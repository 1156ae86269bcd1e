"""When the operator is told: every alarm with its runbook, and the dashboard, added to the template.

What there is once for each function or table is written once here, so that a new function cannot be forgotten. Metrics of
our own are those of `chalicelib.plumbing.trail`; a test drives the code and compares name, unit and dimensions.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from infra import dashboard

FILE = Path(__file__).with_suffix(".yaml")
NAMESPACE = "Zeitfenster"
SERVICE = {"Fn::Sub": "zeitfenster-${Stage}"}
BREACHING, FINE = "breaching", "notBreaching"
MINUTES, HOURS = 60, 3600
NEAR_THE_LIMIT = 0.8
_OPERATIONS = (
    *("BatchGetItem", "BatchWriteItem", "DeleteItem", "GetItem"),
    *("PutItem", "Query", "TransactWriteItems", "UpdateItem"),
)
_COMPARED = {">": "GreaterThanThreshold", "<": "LessThanThreshold"}


class WatchError(Exception):
    """What is to be watched is not there, or is there twice."""


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric: `of` are its dimensions; `statistic` is CloudWatch's name of it (Sum, Maximum, p90 ...)."""

    namespace: str
    name: str
    of: tuple[tuple[str, Any], ...] = ()
    statistic: str = "Sum"


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm: what it says, its runbook, and when it rings: `expression` over `metrics` (m0, m1, ...), or the only one.

    It rings when `datapoints` of the last `periods` (each of `seconds`) are beyond the threshold.
    """

    id: str
    runbook: str
    says: str
    metrics: tuple[Metric, ...]
    when: str
    threshold: float
    seconds: int
    periods: int = 1
    datapoints: int | None = None
    missing: str = FINE
    expression: str | None = None


def own(name: str, function: str, statistic: str = "Sum") -> Metric:
    """A metric that our code sends from this function."""
    return Metric(NAMESPACE, name, (("service", SERVICE), ("function", function)), statistic)


def alarms(resources: dict[str, Any]) -> list[Alarm]:
    """Every alarm, given the resources of the template."""
    return [*_of_promises(resources), *_of_functions(resources), *_of_tables(resources)]


def _of_promises(resources: dict[str, Any]) -> Iterable[Alarm]:
    api = (("ApiName", SERVICE), ("Stage", resources["RestAPI"]["Properties"]["StageName"]))

    def queue(name: str, metric: str) -> tuple[Metric, ...]:
        return (Metric("AWS/SQS", metric, (("QueueName", {"Fn::GetAtt": [name, "QueueName"]}),), "Maximum"),)

    return (
        # Every request counts 0 or 1, so the average is the share (API Gateway developer guide, metrics).
        Alarm("ApiServerErrorsAlarm", "api-5xx", "More than 5 % of requests end in an error of ours.",
              (Metric("AWS/ApiGateway", "5XXError", api, "Average"),), ">", 0.05, 5 * MINUTES, 3, 2),
        Alarm("LimiterFailuresAlarm", "limiter-failures", "Attempts could not be counted, so nobody could sign in.",
              (own("LimiterFailures", "api_handler"),), ">", 0, 5 * MINUTES),
        Alarm("OutboxDeadAlarm", "dead-letters", "A message was given up after five tries.",
              queue("OutboxDeadQueue", "ApproximateNumberOfMessagesVisible"), ">", 0, 5 * MINUTES),
        Alarm("OutboxQueueAgeAlarm", "queue-age", "What is due waits for a worker for more than 15 minutes.",
              queue("OutboxQueue", "ApproximateAgeOfOldestMessage"), ">", 15 * MINUTES, 5 * MINUTES, 2),
        Alarm("ExportsQueueAgeAlarm", "queue-age", "A file waits to be made for more than an hour.",
              queue("ExportsQueue", "ApproximateAgeOfOldestMessage"), ">", HOURS, 5 * MINUTES, 2),
        Alarm("ReminderLagAlarm", "reminder-lag", "Reminders go out more than ten minutes late.",
              (own("ReminderLag", "outbox_work", "p90"),), ">", 10 * MINUTES, 5 * MINUTES, 3, 2),
        Alarm("OutboxOverdueAlarm", "outbox-overdue",
              "What is due has waited for more than ten minutes, or the minute job does not run.",
              (own("OutboxOldestDue", "messaging_reminders", "Maximum"),), ">", 10 * MINUTES, 5 * MINUTES, 2,
              missing=BREACHING),
        Alarm("PurgeOverdueAlarm", "purge-overdue", "Something should have been erased a night ago and is still there.",
              (own("PurgeOverdue", "privacy_purge", "Maximum"),), ">", 0, HOURS),
        Alarm("PurgeMissingAlarm", "purge-missing", "The nightly purge has not run to its end for 26 hours.",
              (own("PurgeOverdue", "privacy_purge", "SampleCount"),), "<", 1, HOURS, 26, missing=BREACHING),
        Alarm("CheckpointMissingAlarm", "checkpoint-missing", "No signed checkpoint of the log for three hours.",
              (own("Checkpoints", "privacy_checkpoint"),), "<", 1, HOURS, 3, missing=BREACHING),
        Alarm("BillingSyncStaleAlarm", "billing-sync-stale", "Nobody knows for six hours which invoices were paid.",
              (own("BillingSyncs", "billing_sync"),), "<", 1, HOURS, 6, missing=BREACHING),
        Alarm("SmsFailuresAlarm", "sms-failures", "More than ten SMS were given up in a quarter of an hour.",
              (own("SmsFailed", "outbox_work"),), ">", 10, 15 * MINUTES),
        # AWS looks at an account from 5 % bounces and 0.1 % complaints on: this is before that.
        Alarm("MailBouncesAlarm", "mail-reputation", "More than 3 % of our mails bounce.",
              (Metric("AWS/SES", "Reputation.BounceRate", statistic="Average"),), ">", 0.03, HOURS),
        Alarm("MailComplaintsAlarm", "mail-reputation", "More than 0.05 % of our mails are reported as spam.",
              (Metric("AWS/SES", "Reputation.ComplaintRate", statistic="Average"),), ">", 0.0005, HOURS),
        # 1,000 is what an account has in a region unless AWS raised it (Lambda developer guide, quotas).
        Alarm("AccountConcurrencyAlarm", "concurrency", "All functions together are near the 1,000 an account may run.",
              (Metric("AWS/Lambda", "ConcurrentExecutions", statistic="Maximum"),), ">", 800, 5 * MINUTES, 3, 2),
    )  # fmt: skip


def _of_functions(resources: dict[str, Any]) -> Iterable[Alarm]:
    for name, one in _named(resources, "AWS::Serverless::Function").items():
        of = (("FunctionName", {"Ref": name}),)
        what = _file_name(name)
        yield Alarm(f"{name}ErrorsAlarm", "function-errors", f"{what} broke, ran out of time or out of memory.",
                    (Metric("AWS/Lambda", "Errors", of),), ">", 0, 5 * MINUTES)  # fmt: skip
        yield Alarm(f"{name}ThrottlesAlarm", "function-throttles", f"{what} was asked for more than may run at once.",
                    (Metric("AWS/Lambda", "Throttles", of),), ">", 0, 5 * MINUTES, 3, 2)  # fmt: skip
        yield Alarm(f"{name}KeyAlarm", "key-unusable", f"KMS does not let {what} use the key: nobody's name can be read.",
                    (own("KeyUnusable", what),), ">", 0, 5 * MINUTES)  # fmt: skip
        most = _reserved(one["Properties"].get("ReservedConcurrentExecutions"))
        if most > 1:  # of a job that runs alone there is nothing to be near to
            yield Alarm(f"{name}ConcurrencyAlarm", "concurrency", f"{what} is near the {most} that may run at once.",
                        (Metric("AWS/Lambda", "ConcurrentExecutions", of, "Maximum"),),
                        ">", int(most * NEAR_THE_LIMIT), 5 * MINUTES, 3, 2)  # fmt: skip


def _of_tables(resources: dict[str, Any]) -> Iterable[Alarm]:
    for name, one in _named(resources, "AWS::DynamoDB::Table").items():
        of = (("TableName", {"Ref": name}),)
        indexes = [index["IndexName"] for index in one["Properties"].get("GlobalSecondaryIndexes", ())]
        places = [of, *((*of, ("GlobalSecondaryIndexName", index)) for index in indexes)]
        throttled = [
            Metric("AWS/DynamoDB", f"{way}ThrottleEvents", place) for place in places for way in ("Read", "Write")
        ]
        broken = [Metric("AWS/DynamoDB", "SystemErrors", (*of, ("Operation", how))) for how in _OPERATIONS]
        for kind, runbook, says, metrics, threshold in (
            ("Throttled", "table-throttled", "takes less than it is asked for", throttled, 10),
            ("SystemErrors", "table-errors", "answers with errors of DynamoDB", broken, 5),
        ):
            yield Alarm(f"{name}{kind}Alarm", runbook, f"{name} {says}.", tuple(metrics), ">", threshold, 5 * MINUTES,
                        expression=" + ".join(f"FILL(m{n}, 0)" for n in range(len(metrics))))  # fmt: skip


def add(template: dict[str, Any]) -> dict[str, Any]:
    """The template with all that watches over it. Raises WatchError."""
    _merge(template, yaml.load(FILE.read_text("utf-8"), _Template))
    resources: dict[str, Any] = template["Resources"]
    definition = resources["RestAPI"]["Properties"]["DefinitionBody"]
    definition["info"]["title"] = SERVICE
    for one in alarms(resources):
        if one.id in resources:
            raise WatchError(f"there are two alarms {one.id}")
        # The emulator has no alarms on more than one metric.
        only_there = {"Condition": "OnAws"} if one.expression else {}
        resources[one.id] = {"Type": "AWS::CloudWatch::Alarm", **only_there, "Properties": _properties(one)}
    body = dashboard.body(
        functions={name: _file_name(name) for name in _named(resources, "AWS::Serverless::Function")},
        tables=list(_named(resources, "AWS::DynamoDB::Table")),
        alarms=[_name(one) for one in alarms(resources)],
        stage=resources["RestAPI"]["Properties"]["StageName"],
    )
    resources["Dashboard"] = {
        "Type": "AWS::CloudWatch::Dashboard",
        "Properties": {"DashboardName": {"Fn::Sub": "zeitfenster-${Stage}"}, "DashboardBody": {"Fn::Sub": body}},
    }
    return template


def _name(one: Alarm) -> str:
    """What stands in the subject of the mail, for Fn::Sub."""
    return "${AWS::StackName}-" + one.id.removesuffix("Alarm")


def _properties(one: Alarm) -> dict[str, Any]:
    made: dict[str, Any] = {
        "AlarmName": {"Fn::Sub": _name(one)},
        "AlarmDescription": {"Fn::Sub": f"{one.says} Runbook: ${{Runbooks}}/{one.runbook}.md"},
        "AlarmActions": [{"Ref": "AlarmTopic"}],
        "OKActions": [{"Ref": "AlarmTopic"}],
        "ComparisonOperator": _COMPARED[one.when],
        "Threshold": one.threshold,
        "EvaluationPeriods": one.periods,
        "DatapointsToAlarm": one.datapoints or one.periods,
        "TreatMissingData": one.missing,
    }
    if one.expression is None:
        [only] = one.metrics
        how = {"Statistic": only.statistic} if only.statistic[0] != "p" else {"ExtendedStatistic": only.statistic}
        return {**made, **_metric(only), **how, "Period": one.seconds}
    parts = [
        {
            "Id": f"m{n}",
            "ReturnData": False,
            "MetricStat": {"Metric": _metric(each), "Stat": each.statistic, "Period": one.seconds},
        }
        for n, each in enumerate(one.metrics)
    ]
    return {**made, "Metrics": [*parts, {"Id": "all", "Expression": one.expression, "ReturnData": True}]}


def _metric(one: Metric) -> dict[str, Any]:
    dimensions = [{"Name": name, "Value": value} for name, value in one.of]
    return {"Namespace": one.namespace, "MetricName": one.name} | ({"Dimensions": dimensions} if dimensions else {})


def _named(resources: dict[str, Any], kind: str) -> dict[str, Any]:
    return {name: one for name, one in sorted(resources.items()) if one["Type"] == kind}


def _file_name(function: str) -> str:
    """What the code calls a function: `OutboxWork` is `outbox_work`."""
    if function == "APIHandler":
        return "api_handler"
    return "".join("_" + one.lower() if one.isupper() else one for one in function).lstrip("_")


def _reserved(stated: Any) -> int:
    """How many may run at once; of `!If [OnAws, 50, ...]` it is what holds on AWS. 0: nothing is reserved."""
    if isinstance(stated, dict):
        [(how, parts)] = stated.items()
        if how != "Fn::If" or not isinstance(parts[1], int):
            raise WatchError(f"not a number of functions: {stated}")
        stated = parts[1]
    return int(stated or 0)


def _merge(into: dict[str, Any], more: dict[str, Any]) -> None:
    """Dictionaries are merged, everything else replaces, as Chalice merges resources.yaml."""
    for name, value in more.items():
        if isinstance(value, dict) and isinstance(into.get(name), dict):
            _merge(into[name], value)
        else:
            into[name] = value


class _Template(yaml.SafeLoader):
    """Reads CloudFormation's short tags (`!Ref`, `!Sub`, `!GetAtt A.B`) as the long form."""


def _long(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        assert isinstance(node, yaml.MappingNode)
        value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt":
        value = value.split(".", 1)
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


_Template.add_multi_constructor("!", _long)
