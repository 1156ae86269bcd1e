"""From the door to the vendor one id, one line for each request, and figures that are exactly what alarms look at."""

import json
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.activity import facts, find
from chalicelib.billing import jobs as billing
from chalicelib.plumbing import envelope, log, trail
from chalicelib.privacy import jobs as privacy
from infra import watch
from tests.fakes.providers import Desk
from tests.worlds import lines, outbox, people
from tests.worlds.bookings import START
from tests.worlds.outbox import Queue
from tests.worlds.partners import World, a_partner
from tests.worlds.visitor import Reply, Visitor

ROOT = Path(__file__).parents[3]
RUN = SimpleNamespace(aws_request_id="3f2c8f0e-1c55-4b7c-9d7e-0a3f5d1f8a11")
EVENT = outbox._scheduled()
OF_POWERTOOLS = {"level", "location", "message", "timestamp", "service", "xray_trace_id", "frames"}


@pytest.fixture
def world(table: Any, queue: Queue, clock: Any) -> World:
    return a_partner(table, clock)


@pytest.fixture
def seen(capfd: Any, caplog: Any) -> Any:
    """The lines written since the last look."""
    return lambda: lines.written(capfd, caplog)


def book(world: World, **values: Any) -> Reply:
    form = {
        "first_name": "Lea",
        "last_name": "Keller",
        "email": "lea@example.org",
        "phone": "+41791234567",
        "sms": True,
    }
    wish = {
        "service_id": world.service_id, "employee_id": "any", "start": START.isoformat(), "accept_privacy": people.VERSION,
    }  # fmt: skip
    return Visitor().form("book", {"booking_name": world.booking_name}, **{**form, **wish, **values})


def test_one_id_leads_from_the_door_to_the_vendor_and_into_the_log(
    world: World, desk: Desk, queue: Queue, seen: Any
) -> None:
    booked = book(world)
    request_id = booked.header("x-request-id")
    queue.drain()

    said = seen()
    assert booked.status == 201
    assert request_id
    assert {row.correlation_id for row in outbox.rows(world.id, "reaction", "mail", "sms")} == {request_id}
    [sms] = desk.journal("smsapi")
    assert {k.lower(): v for k, v in sms["headers"].items()}["x-request-id"] == request_id
    told = [one for one in find.rows(world.id, *_day(world)) if one.kind == facts.DISCLOSED.kind]
    assert [one.detail["correlation_id"] for one in told] == [request_id]
    worked = [one for one in said if one.get("message") == "message.done" and one.get("task") == "sms"]
    assert [(one["correlation_id"], one["outcome"], one["partner_id"]) for one in worked] == [
        (request_id, "done", world.id)
    ]
    assert worked[0]["request_id"] != request_id


def test_a_request_leaves_one_line_that_says_all_but_who(world: World, seen: Any) -> None:
    assert book(world).status == 201
    seen()
    again = book(world)

    requests = [one for one in seen() if one.get("message") == "request"]
    assert [one["route"] for one in requests] == [
        "/forms/{form}", "/book/{booking_name}/appointments",
    ]  # fmt: skip
    last = requests[-1]
    assert (last["method"], last["status"], last["code"], last["partner_id"]) == ("POST", 409, "slot_taken", world.id)
    assert last["request_id"] == last["correlation_id"] == again.header("x-request-id") == again.json["request_id"]
    assert last["dynamodb_requests"] >= 2
    assert last["ms"] > 0
    assert (last["cold_start"], last["SlotTaken"]) == (False, 1)
    assert set(last) <= set(trail.OF_A_REQUEST) | log.KEYS | {"_aws", "SlotTaken"}


def test_what_the_framework_refuses_leaves_its_line_too(world: World, seen: Any) -> None:
    refused = Visitor().send("PUT", "/health", {})

    [line] = seen()
    assert refused.status == 405
    assert (line["status"], line["method"], line["code"]) == (405, "PUT", "method_not_allowed")
    assert line["request_id"] == refused.json["request_id"]


def test_what_breaks_is_found_by_its_id_and_quotes_nobody(
    world: World, seen: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("Qzxvkjlast Qzxvkjfirst +41791234567 qzxvkj@example.org")

    monkeypatch.setattr("chalicelib.booking.place.appointment", broken)
    answer = book(
        world, first_name="Qzxvkjfirst", last_name="Qzxvkjlast", email="qzxvkj@example.org", note="Qzxvkjnote"
    )

    said = seen()
    [broke] = [one for one in said if one.get("message") == "door.broke"]
    assert answer.status == 500
    assert not [word for word in ("RuntimeError", "Traceback", "place.py", "Qzxvkj") if word in answer.text]
    assert broke["correlation_id"] == answer.json["request_id"]
    assert broke["error"] == "RuntimeError"
    assert broke["frames"][-1].endswith(" broken")
    assert set(broke) <= OF_POWERTOOLS | log.KEYS
    assert "qzxvkj" not in json.dumps(said).lower()
    assert "+4179" not in json.dumps(said)


def test_who_counts_visits_hears_no_id_of_ours(world: World) -> None:
    from chalicelib.plumbing import egress

    assert [one.vendor for one in egress.RECIPIENTS if not one.traced] == ["ga4"]


def test_every_figure_an_alarm_looks_at_is_sent_as_it_looks_for_it(
    world: World, desk: Desk, queue: Queue, clock: Any, proofs: str, seen: Any, dynamodb: Any, kms: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "zeitfenster")
    book(world)
    queue.drain()
    queue.until(START - timedelta(hours=23))  # the reminder was due an hour ago
    desk.fail("smsapi", times=50, status=200, body="ERROR:13")
    book(world, start=(START + timedelta(hours=1)).isoformat(), email="b@example.org")
    queue.drain()
    privacy.purge(EVENT, RUN)
    privacy.checkpoint(EVENT, RUN)
    billing.sync(EVENT, RUN)
    _nobody_can_be_counted(dynamodb)
    kms.refusal = "DisabledException"
    envelope.forget_cached()
    assert world.sign_in("owner").get("/partner").status == 503

    sent = lines.metrics(seen())
    wanted = {
        (metric.name, tuple((name, _resolved(value)) for name, value in metric.of))
        for one in watch.alarms(_resources())
        for metric in one.metrics
        if metric.namespace == watch.NAMESPACE
    }
    somewhere = {one for one in wanted if one[0] == "KeyUnusable"}  # whichever function notices
    assert len(wanted) > 15
    assert sorted((wanted - somewhere) - set(sent)) == []
    assert somewhere & set(sent)
    for (name, _), (namespace, unit, _) in sent.items():
        assert (namespace, unit) == (watch.NAMESPACE, trail.METRICS[name])
    assert {tuple(key for key, _ in of) for _, of in sent} <= {
        ("service", "function"), ("service", "function", "vendor"),
    }  # fmt: skip
    assert world.id not in json.dumps([str(one) for one in sent])


def _day(world: World) -> tuple[Any, Any]:
    return world.clock.now - timedelta(hours=1), world.clock.now + timedelta(hours=1)


def _nobody_can_be_counted(dynamodb: Any) -> None:
    def breaker(operation: str, params: dict[str, Any]) -> None:
        if operation == "UpdateItem" and "limit#" in json.dumps(params, default=str):
            raise ClientError({"Error": {"Code": "InternalServerError", "Message": ""}}, operation)

    with dynamodb.breaking(breaker):
        assert Visitor().form("login", email="a@example.org", password="not the one").status == 503


def _resolved(value: Any) -> str:
    """As CloudFormation would for the stage that the environment of these tests is called after."""
    return "zeitfenster" if value == watch.SERVICE else str(value)


def _resources() -> dict[str, Any]:
    """As much of the template as the figures need, without packaging."""
    names = json.loads((ROOT / ".chalice" / "config.json").read_text())["lambda_functions"]
    functions = {
        "APIHandler" if name == trail.API else "".join(part.title() for part in name.split("_")): {
            "Type": "AWS::Serverless::Function", "Properties": {},
        }
        for name in names
    }  # fmt: skip
    return {**functions, "RestAPI": {"Type": "AWS::Serverless::Api", "Properties": {"StageName": "api"}}}
