"""What SMSAPI reports: by the right address only, in any order, any number of times, about our messages only."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from chalicelib.messaging import hook
from tests.fakes.providers import Desk
from tests.worlds import outbox
from tests.worlds.bookings import START, book
from tests.worlds.outbox import Queue
from tests.worlds.partners import World
from tests.worlds.visitor import Reply, Visitor

CODES = {"SENT": 403, "DELIVERED": 404, "UNDELIVERED": 405, "QUEUE": 409}


@pytest.fixture
def sent(practice: World, queue: Queue, desk: Desk) -> dict[str, Any]:
    """An SMS that the vendor has: its body as sent, and the vendor's id as MsgId."""
    book(practice, sms=True, phone="+41791234567")
    queue.drain()
    (call,) = desk.journal("smsapi")
    (row,) = [row for row in outbox.rows(practice.id, "sms") if row.state == "done"]
    return {**call["body"], "MsgId": row.provider_id}


def report(sent: dict[str, Any], *names: str, donedate: int = 1_795_000_000, method: str = "GET") -> Reply:
    query = {
        "MsgId": ",".join(sent["MsgId"] for _ in names),
        "idx": ",".join(sent["idx"] for _ in names),
        "status": ",".join(str(CODES[name]) for name in names),
        "status_name": ",".join(names),
        "donedate": ",".join(str(donedate + place) for place, _ in enumerate(names)),
        "to": "41791234567",
    }
    path = urlsplit(sent["notify_url"]).path
    if method == "POST":
        form = {"content-type": "application/x-www-form-urlencoded"}
        return Visitor().send("POST", path, urlencode(query), form)
    return Visitor().get(f"{path}?{urlencode(query)}")


def delivery(practice: World) -> Any:
    return next(row.delivery for row in outbox.rows(practice.id, "sms") if row.state == "done")


def kinds(practice: World, table: Any) -> list[str]:
    facts = [item["kind"]["S"] for item in table.walk("activity", practice.id)]
    return [kind for kind in facts if kind in ("message.delivered", "message.failed")]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_report_is_taken_and_answered_ok(practice: World, sent: dict[str, Any], table: Any, method: str) -> None:
    assert delivery(practice) is None

    reply = report(sent, "DELIVERED", method=method)

    assert (reply.status, reply.text) == (200, "OK")
    assert (reply.header("content-type") or "").startswith("text/plain")
    assert delivery(practice) == "DELIVERED"
    assert kinds(practice, table) == ["message.delivered"]


def test_ten_repetitions_have_one_effect(practice: World, sent: dict[str, Any], table: Any) -> None:
    for _ in range(10):
        assert report(sent, "DELIVERED").text == "OK"

    assert delivery(practice) == "DELIVERED"
    assert kinds(practice, table) == ["message.delivered"]


def test_what_came_before_the_end_changes_nothing_after_it(practice: World, sent: dict[str, Any]) -> None:
    report(sent, "DELIVERED", donedate=1_795_000_000)
    report(sent, "SENT", "QUEUE", donedate=1_795_000_100)

    assert delivery(practice) == "DELIVERED"


def test_of_two_ends_the_later_one_counts(practice: World, sent: dict[str, Any], table: Any) -> None:
    report(sent, "DELIVERED", "UNDELIVERED", donedate=1_795_000_000)
    first = delivery(practice)
    report(sent, "DELIVERED", donedate=1_794_999_999)

    assert (first, delivery(practice)) == ("UNDELIVERED", "UNDELIVERED")
    assert sorted(kinds(practice, table)) == ["message.delivered", "message.failed"]


@pytest.mark.parametrize(
    "changes",
    [
        {"idx": "nobody.nothing"},
        {"idx": ""},
        {"idx": "x" * 5000},
        {"idx": "../../etc", "MsgId": "\x00"},
        {"MsgId": "4711"},
    ],
)
def test_what_is_not_about_our_message_is_ok_and_has_no_effect(
    practice: World, sent: dict[str, Any], changes: dict[str, str]
) -> None:
    reply = report({**sent, **changes}, "DELIVERED")

    assert (reply.status, reply.text) == (200, "OK")
    assert delivery(practice) is None
    report(sent, "DELIVERED")
    assert delivery(practice) == "DELIVERED"


def test_a_wrong_address_is_not_there_and_the_try_is_in_the_log(
    practice: World, sent: dict[str, Any], table: Any
) -> None:
    wrong = sent["notify_url"][:-1] + ("0" if sent["notify_url"][-1] != "0" else "1")

    reply = report({**sent, "notify_url": wrong}, "DELIVERED")

    assert reply.status == 404
    assert delivery(practice) is None
    denied = [item for item in table.walk("activity", "-") if item["kind"]["S"] == "access.denied"]
    assert [item["source"]["S"] for item in denied] == ["webhook"]
    assert report(sent, "DELIVERED").text == "OK"


def test_lists_without_end_and_nonsense_are_ok(practice: World, sent: dict[str, Any], dynamodb: Any) -> None:
    path = f"/hooks/smsapi/{hook.token()}"
    many = ",".join(f"{practice.id}.{n}" for n in range(5000))
    before = len(dynamodb.asked)

    replies = [
        Visitor().get(f"{path}?{urlencode({'MsgId': '1,' * 5000, 'idx': many, 'status': '404,' * 5000})}"),
        Visitor().get(path),
        Visitor().send("POST", path, "{", {"content-type": "application/json"}),
        Visitor().send("POST", path, '{"MsgId": ["1"], "idx": {"a": 1}}', {"content-type": "application/json"}),
        Visitor().send("POST", path, "%ff%00=&&&", {"content-type": "application/x-www-form-urlencoded"}),
    ]

    assert [(reply.status, reply.text) for reply in replies] == [(200, "OK")] * 5
    assert len(dynamodb.asked) - before <= 1


def test_a_report_ends_a_message_of_which_nobody_knew_whether_it_went(
    practice: World, queue: Queue, desk: Desk, clock: Any
) -> None:
    book(practice, sms=True, phone="+41791234567")
    desk.fail("smsapi", drop=True, after=True, times=1)
    queue.drain()
    (row,) = [row for row in outbox.rows(practice.id, "sms") if "confirmation" in row.sk]
    (call,) = desk.journal("smsapi")
    assert (row.state, call["effects"]) == ("waiting", 1)

    report({**call["body"], "MsgId": "1234567890"}, "DELIVERED")
    queue.until(clock.now + timedelta(minutes=5))

    (row,) = [row for row in outbox.rows(practice.id, "sms") if "confirmation" in row.sk]
    assert (row.state, row.delivery, row.body) == ("done", "DELIVERED", None)
    assert len(desk.journal("smsapi")) == 1
    assert clock.now < START
