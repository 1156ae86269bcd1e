"""Whatever goes wrong rings once, says who has to do what, and can be looked at."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from chalicelib.plumbing import trail
from infra import watch
from tests.house.test_template import FUNCTIONS, TABLES, of_type, statements

ROOT = Path(__file__).parents[2]
RUNBOOKS = ROOT / "docs" / "runbooks"
SECTIONS = ("## What it means for people", "## Look", "## Do", "## Worry when")
CODE = "\n".join(file.read_text("utf-8") for file in sorted((ROOT / "chalicelib").rglob("*.py")))


@pytest.fixture(scope="session")
def alarms(resources: dict[str, Any]) -> dict[str, Any]:
    return of_type(resources, "AWS::CloudWatch::Alarm")


def metrics_of(alarm: dict[str, Any]) -> list[dict[str, Any]]:
    """The metrics an alarm looks at, however it is written."""
    several = alarm.get("Metrics")
    return [one["MetricStat"]["Metric"] for one in several if "MetricStat" in one] if several else [alarm]


def runbook_of(alarm: dict[str, Any]) -> str:
    return str(alarm["AlarmDescription"]["Fn::Sub"]).rpartition("/")[2].removesuffix(".md")


def test_every_alarm_has_its_runbook_and_every_runbook_its_alarm(alarms: dict[str, Any]) -> None:
    assert {runbook_of(one) for one in alarms.values()} == {file.stem for file in RUNBOOKS.glob("*.md")}


@pytest.mark.parametrize("file", sorted(RUNBOOKS.glob("*.md")), ids=lambda file: file.stem)
def test_a_runbook_says_what_it_means_where_to_look_what_to_do_and_when_to_worry(file: Path) -> None:
    text = file.read_text("utf-8")

    parts = re.split(r"^(## .*)$", text, flags=re.MULTILINE)
    assert tuple(parts[1::2]) == SECTIONS
    assert all(len(part.strip()) > 40 for part in parts[2::2])
    assert "```" in parts[4] or "Metric" in parts[4]


def test_what_runbooks_look_for_is_what_the_code_says() -> None:
    text = "\n".join(file.read_text("utf-8") for file in RUNBOOKS.glob("*.md"))
    looked_for = set(re.findall(r'message = "([a-z_.]+)"', text))
    for several in re.findall(r"message in \[([^\]]+)\]", text):
        looked_for |= set(re.findall(r'"([a-z_.]+)"', several))
    doors = set(re.findall(r'door = "([a-z_]+)"', text))
    links = set(re.findall(r"\]\(([a-z0-9-]+\.md)\)", text))

    assert {"request", "message.done", "purge.overdue"} <= looked_for
    assert [one for one in looked_for if f'"{one}"' not in CODE] == []
    assert doors
    assert [one for one in doors if f"def {one}(" not in CODE] == []
    assert {name for one in re.findall(r"`Zeitfenster / (\w+)`", text) for name in [one]} <= set(trail.METRICS)
    assert links <= {file.name for file in RUNBOOKS.glob("*.md")}


def test_every_alarm_tells_the_operator_when_it_rings_and_when_it_is_over(alarms: dict[str, Any]) -> None:
    assert len(alarms) > 40
    for name, one in alarms.items():
        assert one["AlarmActions"] == one["OKActions"] == [{"Ref": "AlarmTopic"}], name
        assert one["TreatMissingData"] in ("breaching", "notBreaching"), name
        assert one["DatapointsToAlarm"] <= one["EvaluationPeriods"], name


def test_silence_rings_where_something_has_to_be_heard_regularly(alarms: dict[str, Any]) -> None:
    silent = {name for name, one in alarms.items() if one["TreatMissingData"] == "breaching"}

    assert silent == {"OutboxOverdueAlarm", "PurgeMissingAlarm", "CheckpointMissingAlarm", "BillingSyncStaleAlarm"}


@pytest.mark.parametrize(
    ("kinds", "suffixes"), [(tuple(FUNCTIONS), ("Errors", "Throttles")), (TABLES, ("Throttled", "SystemErrors"))]
)
def test_no_function_and_no_table_is_forgotten(
    alarms: dict[str, Any], kinds: tuple[str, ...], suffixes: tuple[str, ...]
) -> None:
    for kind in kinds:
        for suffix in suffixes:
            watched = {json.dumps(one["Dimensions"]) for one in metrics_of(alarms[f"{kind}{suffix}Alarm"])}
            assert all(f'{{"Ref": "{kind}"}}' in one for one in watched), (kind, suffix)


def test_who_reserves_places_is_told_before_they_are_taken(resources: dict[str, Any]) -> None:
    reserved = {"Fn::If": ["OnAws", 50, {"Ref": "AWS::NoValue"}]}
    changed = json.loads(json.dumps(resources))
    changed["APIHandler"]["Properties"]["ReservedConcurrentExecutions"] = reserved
    changed["OutboxWork"]["Properties"]["ReservedConcurrentExecutions"] = 10
    changed["PrivacyPurge"]["Properties"]["ReservedConcurrentExecutions"] = 1

    near = {one.id: one.threshold for one in watch.alarms(changed) if one.runbook == "concurrency"}

    assert near["APIHandlerConcurrencyAlarm"] == 40
    assert near["OutboxWorkConcurrencyAlarm"] == 8
    assert "PrivacyPurgeConcurrencyAlarm" not in near


def test_no_alarm_looks_at_more_than_cloudwatch_takes(alarms: dict[str, Any]) -> None:
    for name, one in alarms.items():
        assert len(metrics_of(one)) <= 10, name
        seconds = one.get("Period") or one["Metrics"][0]["MetricStat"]["Period"]
        longest = 7 * 86_400 if seconds >= 3600 else 86_400
        assert one["EvaluationPeriods"] * seconds <= longest, name


def test_what_is_watched_and_shown_is_what_the_code_sends(resources: dict[str, Any], alarms: dict[str, Any]) -> None:
    watched = {
        metric["MetricName"] for one in alarms.values() for metric in metrics_of(one) if metric["Namespace"] == "Zeitfenster"
    }  # fmt: skip
    body = resources["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]

    assert watched <= set(trail.METRICS)
    assert [name for name in trail.METRICS if f'"{name}"' not in body.replace('\\"', '"')] == []


def test_the_dashboard_asks_a_question_for_each_row(resources: dict[str, Any]) -> None:
    body = json.loads(resources["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"])
    rows: dict[int, list[str]] = {}
    for one in body["widgets"]:
        rows.setdefault(one["y"], []).append(one["type"])

    questions = [one["properties"]["markdown"] for one in body["widgets"] if one["type"] == "text"]
    assert len(questions) >= 8
    assert all(one.startswith("## ") and one.endswith("?") for one in questions)
    assert all(one["x"] + one["width"] <= 24 for one in body["widgets"])
    assert {one["properties"].get("region", "eu-central-2") for one in body["widgets"]} == {"eu-central-2"}
    assert rows[0] == ["alarm"]


def test_what_alarms_say_is_encrypted_with_a_key_that_lets_them_speak(resources: dict[str, Any]) -> None:
    topic = resources["AlarmTopic"]["Properties"]
    speak = resources["AlarmKey"]["Properties"]["KeyPolicy"]["Statement"][1]

    assert topic["KmsMasterKeyId"] == {"Fn::GetAtt": ["AlarmKey", "Arn"]}
    assert speak["Principal"] == {"Service": ["cloudwatch.amazonaws.com", "events.amazonaws.com"]}
    assert set(speak["Action"]) == {"kms:Decrypt", "kms:GenerateDataKey*"}
    assert resources["KeyTouched"]["Properties"]["Targets"] == [{"Id": "operator", "Arn": {"Ref": "AlarmTopic"}}]
    assert {"DisableKey", "ScheduleKeyDeletion"} <= set(
        resources["KeyTouched"]["Properties"]["EventPattern"]["detail"]["eventName"]
    )


def test_functions_and_api_are_traced_and_may_say_so(template: dict[str, Any], resources: dict[str, Any]) -> None:
    actions = {"xray:PutTelemetryRecords", "xray:PutTraceSegments"}
    allowed = resources["Boundary"]["Properties"]["PolicyDocument"]["Statement"][0]["Action"]

    assert template["Globals"]["Function"]["Tracing"] == "Active"
    assert resources["RestAPI"]["Properties"]["TracingEnabled"] is True
    assert actions <= set(allowed)
    for _, role in FUNCTIONS.values():
        [trace] = [one for one in statements(resources, role) if one["Sid"] == "Trace"]
        assert (set(trace["Action"]), trace["Resource"]) == (actions, ["*"])
