"""What watches over the product is deployed with it, and a request is found again in the log of the worker."""

import json
from typing import Any

from tests.journeys.test_main_job import NOW, a_booking, a_partner, an_offer
from tests.worlds.product import Product


def lines(product: Product, group: str) -> list[dict[str, Any]]:
    """What a function wrote, as it lies in CloudWatch Logs."""
    pages = product.stack.client("logs").get_paginator("filter_log_events").paginate(logGroupName=group)
    written = [event["message"].strip() for page in pages for event in page["events"]]
    return [json.loads(one) for one in written if one.startswith("{")]


def test_alarms_and_dashboard_come_with_the_deployment(product: Product) -> None:
    cloudwatch = product.stack.client("cloudwatch")
    alarms = [one for page in cloudwatch.get_paginator("describe_alarms").paginate() for one in page["MetricAlarms"]]
    lag = next(one for one in alarms if one["AlarmName"] == "zeitfenster-local-ReminderLag")
    body = json.loads(cloudwatch.get_dashboard(DashboardName="zeitfenster-local")["DashboardBody"])
    worker = product.stack.outputs["OutboxWorkName"]

    assert len(alarms) > 40
    assert all("AlarmTopic" in action for one in alarms for action in one["AlarmActions"])
    assert all(one["AlarmActions"] for one in alarms)
    assert {one["Name"]: one["Value"] for one in lag["Dimensions"]} == {
        "service": "zeitfenster-local", "function": "outbox_work",
    }  # fmt: skip
    assert lag["AlarmDescription"].endswith("Runbook: docs/runbooks/reminder-lag.md")
    assert {one["AlarmArn"] for one in alarms} <= set(body["widgets"][0]["properties"]["alarms"])
    assert worker in json.dumps(body)
    assert "${" not in json.dumps(body)


def test_a_booking_is_found_again_in_the_log_of_the_worker_and_at_the_vendor(product: Product) -> None:
    product.clock(NOW)
    owner, name = a_partner(product, "watch@example.ch", "192.0.2.61")
    owner.form("profile", sms_enabled=True)
    service_id, _ = an_offer(owner)
    a_booking(product, name, service_id)
    product.settled()

    [sms] = [one for one in product.journal("smsapi") if one["path"].endswith("sms.do")]
    request_id = {key.lower(): value for key, value in sms["headers"].items()}["x-request-id"]
    [asked] = [one for one in lines(product, "/zeitfenster/local/ApiHandler") if one.get("request_id") == request_id]
    worked = [
        one for one in lines(product, "/zeitfenster/local/OutboxWork")
        if one.get("correlation_id") == request_id and one.get("message") == "message.done"
    ]  # fmt: skip
    assert (asked["route"], asked["status"], asked["Bookings"]) == ("/book/{booking_name}/appointments", 201, 1)
    assert asked["service"] == "zeitfenster-local"
    assert {"reaction", "mail", "sms"} <= {one["task"] for one in worked}
    assert {one["outcome"] for one in worked} == {"done"}
