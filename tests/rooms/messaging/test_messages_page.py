"""Messages on a page: how each stands, in words, and what to do where one failed; never the text, never the number."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from chalicelib.activity import outbox
from chalicelib.activity.records import OutboxRow
from chalicelib.messaging import smsapi_codes, standing
from chalicelib.plumbing import ids, shards, table, words
from tests.worlds.browser import open_page
from tests.worlds.partners import World, a_partner

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


@pytest.fixture
def salon(table: Any, clock: Any) -> World:
    return a_partner(table, clock)


def put(salon: World, kind: str, task: str, state: str, *, hours: int = 0, **more: Any) -> None:
    at, pk = NOW - timedelta(hours=hours), outbox.partition(salon.id)
    table.put(
        OutboxRow(
            pk, f"{ids.new(at)}-{kind}-{task}", task=task, state=state, created_at=at, planned_at=at, attempts=1,
            expiry_shard=shards.expires_on(date(2027, 3, 1), pk), **more,
        )
    )  # fmt: skip


def test_no_messages_yet_says_when_the_first_ones_go(salon: World) -> None:
    assert "No messages yet" in open_page(salon.owner, "/messages?lang=en").text
    assert "Nothing has failed" in open_page(salon.owner, "/messages?lang=en&state=failed").text


def test_a_message_leads_to_its_appointment_and_a_failure_says_what_to_do(salon: World) -> None:
    appointment = salon.appointment(NOW + timedelta(days=2))
    about = {"subject_kind": "appointment", "subject_id": appointment}
    put(salon, "confirmation", "mail", "done", outcome="sent", **about)
    put(salon, "reminder", "sms", "failed", outcome="13: no valid number, or blacklisted", **about)

    page = open_page(salon.owner, "/messages?lang=en")

    assert page.text.count(f'href="/appointments/{appointment}"') == 2
    assert "Wed, 25 Nov, 09:00" in page.text
    assert "correct the customer’s details" in page.text
    assert "no valid number" not in page.text


def test_only_the_failed_ones_are_those_given_up_and_those_that_never_arrived(salon: World) -> None:
    put(salon, "reminder", "sms", "failed", outcome="gave_up: unreachable")
    put(salon, "reminder", "sms", "done", hours=1, outcome="sent", delivery="UNDELIVERED")
    put(salon, "reminder", "sms", "done", hours=2, outcome="sent", delivery="DELIVERED")
    put(salon, "reminder", "sms", "waiting", hours=3)

    everything = salon.owner.get("/messages").json["items"]
    failed = salon.owner.get("/messages?state=failed").json["items"]

    assert len(everything) == 4
    assert [(one["state"], one["delivery"]) for one in failed] == [("failed", None), ("done", "UNDELIVERED")]
    assert salon.owner.get("/messages?state=lost").status == 422


def test_the_filter_goes_on_behind_a_page_of_others(salon: World) -> None:
    for hours in range(6):
        put(salon, "reminder", "sms", "failed" if hours > 3 else "done", hours=hours, outcome="sent")

    first = salon.owner.get("/messages?state=failed&limit=1").json
    second = salon.owner.get(f"/messages?state=failed&limit=1&cursor={first['next']}").json

    assert len(first["items"]) == len(second["items"]) == 1
    assert first["items"] != second["items"]


@pytest.mark.parametrize(
    ("state", "outcome", "delivery", "stands", "why"),
    [
        ("waiting", None, None, "waiting", None),
        ("waiting", "quiet_hours", None, "waiting", "until_morning"),
        ("waiting", "status 503", None, "waiting", "again_soon"),
        ("done", "sent", None, "sent", None),
        ("done", "sent", "QUEUE", "sent", None),
        ("done", "sent", "DELIVERED", "delivered", None),
        ("done", "sent", "EXPIRED", "failed", "switched_off"),
        ("done", "sent", "REJECTED", "failed", "undelivered"),
        ("dropped", "sms_off", None, "not_sent", "sms_off"),
        ("dropped", "unknown_kind", None, "not_sent", "overtaken"),
        ("failed", "local: not a phone number", None, "failed", "recipient"),
        ("failed", "local: not a text", None, "failed", "content"),
        ("failed", "59: recipient opted out", None, "failed", "opted_out"),
        ("failed", "http_401: token or address not accepted", None, "failed", "configuration"),
        ("failed", "MessageRejected: refused by SES", None, "failed", "content"),
        ("failed", "gave_up: error 200: submission failed", None, "failed", "gave_up"),
    ],
)
def test_how_a_message_stands_and_why(
    state: str, outcome: str | None, delivery: str | None, stands: str, why: str | None
) -> None:
    assert (standing.of(state, delivery), standing.why(state, outcome, delivery)) == (stands, why)


def test_every_code_of_the_vendor_has_a_reason_that_people_can_read() -> None:
    for number, code in smsapi_codes.CODES.items():
        why = standing.why("failed", f"{number}: {code.meaning}", None)
        assert why is not None
        assert words.has("messaging", f"why.{why}")


def test_the_desk_counts_what_failed_without_asking_for_a_state(salon: World) -> None:
    put(salon, "reminder", "sms", "failed", outcome="13: no valid number, or blacklisted")
    put(salon, "reminder", "mail", "done", hours=1, outcome="sent")

    page = open_page(salon.owner, "/desk")

    assert page.reply.status == 200
    assert 'href="/messages' in page.text
