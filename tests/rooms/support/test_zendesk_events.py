"""What Zendesk tells us: believed when it is signed, fresh and new, and nothing of it names anybody here."""

import json
import os
import secrets
from datetime import timedelta
from typing import Any

import pytest

from infra.local.providers import zendesk as simulator
from tests.worlds.tables import rows
from tests.worlds.visitor import Reply, Visitor

SECRET = os.environ["ZENDESK_WEBHOOK_SECRET"]


def send(body: bytes, headers: dict[str, str]) -> Reply:
    return Visitor().send("POST", "/hooks/zendesk", body.decode(), headers)


def facts() -> list[str]:
    stored = json.dumps(rows(os.environ["AWS_ENDPOINT_URL"], "activity"), default=str)
    return [kind for kind in ("support.solved", "support.forgotten") for _ in range(stored.count(kind))]


def a_deletion(clock: Any, **changes: Any) -> tuple[bytes, dict[str, str]]:
    body = simulator.event("user.deleted", "zen:user:4711", at=clock.now)
    told: dict[str, Any] = {"at": clock.now, "invocation": secrets.token_hex(8), **changes}
    return body, simulator.signed(told.pop("secret", SECRET), body, **told)


def test_an_event_leaves_one_fact_however_often_it_comes(table: Any, clock: Any) -> None:
    body, headers = a_deletion(clock)
    solved = json.dumps({"type": "zen:event-type:ticket.status_changed", "event": {"current": "SOLVED"}}).encode()

    answers = [send(body, headers).status for _ in range(3)]
    answers.append(send(solved, simulator.signed(SECRET, solved, at=clock.now, invocation=secrets.token_hex(8))).status)

    assert answers == [200] * 4
    assert facts() == ["support.solved", "support.forgotten"]
    assert "4711" not in json.dumps(rows(os.environ["AWS_ENDPOINT_URL"], "activity"), default=str)


@pytest.mark.parametrize("late", [timedelta(minutes=5, seconds=1), -timedelta(minutes=5, seconds=1)])
def test_an_event_of_another_time_is_not_believed(table: Any, clock: Any, late: timedelta) -> None:
    body, headers = a_deletion(clock, at=clock.now - late)

    assert send(body, headers).status == 401
    assert facts() == []


def test_what_is_not_signed_by_zendesk_is_not_believed(table: Any, clock: Any) -> None:
    body, headers = a_deletion(clock)
    name, stamp = "X-Zendesk-Webhook-Signature", "X-Zendesk-Webhook-Signature-Timestamp"
    later = (clock.now + timedelta(seconds=1)).strftime("%Y-%m-%dT%H:%M:%SZ")

    answers = [
        send(body + b" ", headers),
        send(body, {**headers, name: ""}),
        send(body, {**headers, stamp: later}),
        send(body, {**headers, stamp: "yesterday"}),
        send(body, {key: value for key, value in headers.items() if key != name}),
        send(*a_deletion(clock, secret="another")),
    ]

    assert [one.status for one in answers] == [401] * 6
    assert facts() == []
    assert send(body, headers).status == 200
    assert facts() == ["support.forgotten"]


def test_other_events_are_taken_and_mean_nothing(table: Any, clock: Any) -> None:
    for body in (b"[]", b"not json", b'{"type": 5}', simulator.event("ticket.created", "zen:ticket:1", at=clock.now)):
        assert send(body, simulator.signed(SECRET, body, at=clock.now, invocation="i")).status == 200

    assert facts() == []
