"""Whatever breaks, every message goes once, or its failure can be seen: faults of vendors, killed workers, lost answers."""

import json
import os
import random
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from chalicelib import reactions
from chalicelib.activity import outbox as product
from chalicelib.activity.records import OutboxRow
from chalicelib.booking.records import AppointmentRow
from chalicelib.messaging import mail, smsapi
from chalicelib.plumbing import aws, ids, shards
from chalicelib.plumbing import clock as product_clock
from chalicelib.plumbing import table as tables
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.transaction import Transaction
from tests.conftest import NOW
from tests.fakes.providers import Desk
from tests.worlds import outbox
from tests.worlds.bookings import START, book, cancel
from tests.worlds.outbox import Killed, Queue
from tests.worlds.partners import World

# The promise is about 2,000; so many take longer than a room's tests should.
REMINDERS = int(os.environ.get("DUE_REMINDERS") or 200)
MINUTE = timedelta(minutes=1)


def effects(desk: Desk, provider: str) -> list[dict[str, Any]]:
    return [item["body"] for item in desk.journal(provider) if item["effects"]]


def the_sms(practice: World) -> OutboxRow:
    (row,) = [row for row in outbox.rows(practice.id, "sms") if "confirmation" in row.sk]
    return row


def wait(queue: Queue, clock: Any, *, minutes: int) -> None:
    """Let the minute job run as often as it would; the clock stands still while it does."""
    for _ in range(minutes):
        queue.until(clock.now + MINUTE)


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 500},
        {"status": 502, "body": "<html>Bad Gateway</html>"},
        {"status": 503, "headers": {"Retry-After": "120"}},
        {"status": 429, "headers": {"Retry-After": "60"}},
        {"status": 401},
        {"status": 200, "body": "ERROR:201"},
        {"status": 200, "body": "{broken"},
        {"status": 302, "headers": {"Location": "http://169.254.169.254/"}},
        {"drop": True},
        {"drop": True, "after": True},
        {"status": 500, "after": True},
        {"status": 200, "body": "", "after": True},
    ],
    ids=str,
)
def test_an_sms_goes_once_through_any_fault(
    practice: World, queue: Queue, desk: Desk, clock: Any, fault: dict[str, Any]
) -> None:
    book(practice, sms=True, phone="+41791234567")
    desk.fail("smsapi", times=2, **fault)

    queue.drain()
    first = the_sms(practice).state
    wait(queue, clock, minutes=6)

    assert first == "waiting"
    assert len(effects(desk, "smsapi")) == 1
    assert the_sms(practice).state == "done"


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 500},
        {"status": 503},
        {"status": 429, "headers": {"x-amzn-ErrorType": "TooManyRequestsException"}},
        {"drop": True},
    ],
    ids=str,
)
def test_a_mail_that_was_not_taken_goes_later_and_once(
    practice: World, queue: Queue, desk: Desk, clock: Any, fault: dict[str, Any]
) -> None:
    book(practice)
    desk.fail("mail", times=3, **fault)

    queue.drain()
    before = len(effects(desk, "mail"))
    wait(queue, clock, minutes=6)

    assert before < 2
    assert Counter(body["headers"]["Message-ID"] for body in effects(desk, "mail")).most_common(1)[0][1] == 1
    assert len(effects(desk, "mail")) == 2


def test_a_mail_whose_answer_is_lost_comes_again_under_the_same_name_and_entry(
    practice: World, queue: Queue, desk: Desk, clock: Any
) -> None:
    book(practice)
    desk.fail("mail", times=1, drop=True, after=True)

    queue.drain()
    wait(queue, clock, minutes=2)

    names = Counter(body["headers"]["Message-ID"] for body in effects(desk, "mail"))
    assert sorted(names.values()) == [1, 2]


def test_a_fault_that_lasts_ends_in_a_failure_that_the_partner_can_see(
    practice: World, queue: Queue, desk: Desk, clock: Any, table: Any
) -> None:
    book(practice, sms=True, phone="+41791234567")
    desk.fail("smsapi", times=100, status=500)

    queue.drain()
    for _ in range(12):
        queue.until(clock.now + timedelta(minutes=151))

    tries = len(desk.journal("smsapi"))
    assert 3 < tries < 33
    assert the_sms(practice).state == "failed"
    practice.owner = practice.sign_in()
    shown = practice.api.get("/messages").json["items"]
    assert [(one["channel"], one["kind"]) for one in shown if one["state"] == "failed"] == [("sms", "confirmation")]
    failed = [item for item in table.walk("activity", practice.id) if item["kind"]["S"] == "message.failed"]
    assert len(failed) == 1
    queue.minute()
    assert len(desk.journal("smsapi")) == tries


def test_a_vendor_that_is_away_for_a_day_gets_what_is_still_true_then_and_nothing_late(
    practice: World, queue: Queue, desk: Desk, clock: Any
) -> None:
    book(practice, sms=True, phone="+41791234567")
    soon = book(practice, practice.clock.now + timedelta(hours=5, minutes=30), sms=True, phone="+41791234568")
    off = book(practice, START + timedelta(days=1), sms=True, phone="+41791234569")
    for vendor in ("smsapi", "mail"):
        desk.fail(vendor, times=1000, status=503)
    queue.drain()
    cancel(practice, off["id"])
    for _ in range(10):  # more tries than an hour would see
        queue.until(clock.now + timedelta(minutes=150))
    away = len(effects(desk, "smsapi")) + len(effects(desk, "mail"))

    desk.simulators.faults.clear()
    queue.until(clock.now + timedelta(hours=1))

    texts = [one["message"] for one in effects(desk, "smsapi")]
    told = [one["to"][0] for one in effects(desk, "mail")]
    assert away == 0
    assert len(texts) == 2  # the confirmation of the first, and that the third was called off
    assert not [text for text in texts if soon["link"] in text]
    assert told.count("lea@example.org") == 2


@pytest.mark.parametrize(("code", "state"), [(13, "failed"), (57, "failed"), (59, "failed"), (11, "failed")])
def test_a_refusal_for_good_is_not_tried_again(
    practice: World, queue: Queue, desk: Desk, clock: Any, code: int, state: str
) -> None:
    book(practice, sms=True, phone="+41791234567")
    desk.fail("smsapi", times=1, status=200, body=json.dumps({"error": code, "message": "no"}))

    queue.drain()
    wait(queue, clock, minutes=10)

    assert len(desk.journal("smsapi")) == 1
    assert the_sms(practice).state == state


def test_a_reminder_to_a_number_that_is_no_good_goes_by_mail(practice: World, queue: Queue, desk: Desk) -> None:
    book(practice, sms=True, phone="+41791234567")
    queue.drain()
    desk.fail("smsapi", times=1, status=200, body='{"error": 13, "message": "no"}')

    queue.until(START - timedelta(hours=24))

    reminders = [body for body in effects(desk, "mail") if "Erinnerung" in body["subject"]]
    assert [body["to"] for body in reminders] == [["lea@example.org"]]
    assert [row.state for row in outbox.rows(practice.id) if "reminder" in row.sk] == ["done", "failed"]


def test_an_sms_in_doubt_is_not_repeated_once_the_vendor_has_forgotten_it(
    practice: World, queue: Queue, desk: Desk, clock: Any
) -> None:
    book(practice, START + timedelta(days=7), sms=True, phone="+41791234567")
    desk.fail("smsapi", times=1, drop=True, after=True)
    queue.drain()
    assert len(effects(desk, "smsapi")) == 1

    queue.until(clock.now + timedelta(hours=30))

    assert len(effects(desk, "smsapi")) == 1
    assert (the_sms(practice).state, the_sms(practice).outcome) == ("failed", "local: nobody knows whether it went")


def test_a_reminder_at_night_waits_for_the_morning(practice: World, queue: Queue, desk: Desk, clock: Any) -> None:
    early = START.replace(day=26, hour=8, minute=0)  # 09:00 in Zürich, so that 2 hours before is 07:00
    other = practice.add_service(reminder_hours=[10], name="Kontrolle")
    book(practice, early, service_id=other, sms=True, phone="+41791234567")
    queue.drain()
    assert len(effects(desk, "smsapi")) == 1

    queue.until(early - timedelta(hours=10))
    at_night = len(effects(desk, "smsapi"))
    queue.until(early - timedelta(hours=2))

    assert (at_night, len(effects(desk, "smsapi"))) == (1, 2)


def test_messages_that_are_no_address_and_rows_that_break_do_not_hold_up_the_others(
    practice: World, queue: Queue, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    book(practice)
    book(practice, START + timedelta(hours=1), email="ida@example.org")
    poison = ["", "{", "[]", '["a"]', '["a", 1]', "null", '["nobody#outbox", "nothing"]', "[" * 5000]
    reaction, other = queue.queued
    broken = Breaks(reactions.plan.reminders, json.loads(reaction)[1])
    monkeypatch.setitem(reactions.REACTIONS, "appointment.booked", (reactions.confirm.booking, broken.verb))

    again = queue.deliver(*poison, reaction, other)
    queue.queued.remove(reaction)
    queue.queued.remove(other)
    queue.drain()

    assert again == []
    assert broken.calls == 2
    assert [body["to"] for body in effects(desk, "mail")] == [["ida@example.org"]]
    (row,) = [row for row in outbox.rows(practice.id, "reaction") if row.sk == broken.fact_id]
    assert (row.state, row.outcome) == ("waiting", "ZeroDivisionError")


class Breaks:
    """A verb that breaks for one fact."""

    def __init__(self, verb: Callable[..., None], fact_id: str) -> None:
        self.fact_id = fact_id
        self.calls = 0
        self._verb = verb

    def verb(self, change: Any, visit: Any, happened: Any) -> None:
        self.calls += 1
        if happened.id == self.fact_id:
            raise ZeroDivisionError
        self._verb(change, visit, happened)


def test_a_task_that_nobody_knows_fails_where_it_can_be_seen(practice: World, queue: Queue, clock: Any) -> None:
    row = waiting_row(practice, "nonsense", "01m83pph00m9s1kqs16ejmfkn2", {"kind": "nonsense"})
    tables.put(row)

    queue.minute()

    (row,) = outbox.rows(practice.id, "nonsense")
    assert (row.state, row.outcome) == ("failed", "local: nobody knows the task nonsense")


def test_a_fact_worked_on_twice_has_its_consequences_once(
    practice: World, queue: Queue, desk: Desk, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    book(practice, sms=True, phone="+41791234567")
    (message,) = queue.queued
    killer = Killer(random.Random(1), chance=1.0)
    with monkeypatch.context() as patched:
        killer.lurk(patched, Change, "done")
        with pytest.raises(Killed):
            queue.deliver(message)

    queue.deliver(message, message)
    wait(queue, clock, minutes=3)

    assert len(effects(desk, "smsapi")) == 1
    assert len(effects(desk, "mail")) == 2


def test_the_minute_job_with_nothing_due_asks_each_shard_once(
    practice: World, queue: Queue, dynamodb: Any, table: Any
) -> None:
    book(practice, sms=True, phone="+41791234567")
    queue.drain()
    before = len(dynamodb.asked)

    found = queue.minute()

    assert found == 0
    assert dynamodb.operations[before:] == ["Query"] * shards.SHARDS


class Killer:
    """Kills the worker by chance at the places where it lurks, before or after what is done there."""

    def __init__(self, chance_of: random.Random, *, chance: float) -> None:
        self.kills: Counter[str] = Counter()
        self._random = chance_of
        self._chance = chance

    def lurk(self, patched: pytest.MonkeyPatch, place: Any, name: str) -> None:
        real = getattr(place, name)

        def guarded(*args: Any, **kwargs: Any) -> Any:
            self._perhaps(f"before {name}")
            made = real(*args, **kwargs)
            self._perhaps(f"after {name}")
            return made

        patched.setattr(place, name, guarded)

    def _perhaps(self, where: str) -> None:
        if self._random.random() < self._chance:
            self.kills[where] += 1
            raise Killed(where)


def waiting_row(practice: World, task: str, row_id: str, body: dict[str, Any]) -> OutboxRow:
    at, pk = practice.clock.now, product.partition(practice.id)
    return OutboxRow(
        pk, row_id, task=task, state="waiting", body=body, created_at=at, planned_at=at, due_at=at, attempts=0,
        due_shard=f"due#{shards.of(row_id)}", subject_kind="appointment", subject_id=body.get("appointment_id"),
        expiry_shard=shards.expires_on(date(2027, 2, 28), pk),
    )  # fmt: skip


def many_due(practice: World, number: int) -> None:
    """So many appointments of tomorrow, each with an SMS reminder that is due now."""
    at, customer_id, pk = practice.clock.now, practice.customer(phone="+41791234567"), f"{practice.id}#appointments"
    for first in range(0, number, 40):
        some = Transaction()
        for _ in range(first, min(first + 40, number)):
            appointment_id = ids.new(at)
            start_at = at + timedelta(hours=24)
            some.put(
                AppointmentRow(
                    pk, appointment_id, service_id=practice.service_id, employee_id=practice.employee_id,
                    customer_id=customer_id, start_at=start_at, end_at=start_at + timedelta(minutes=45),
                    buffer_before_minutes=0, buffer_after_minutes=0, seats=1, cancel_until_hours=24,
                    status="confirmed", source="web", price_rappen=0, sms=True, language="de", sequence=0,
                    history=[], created_at=at, delete_on=date(2028, 11, 30), agenda=practice.id,
                    lookup=f"{practice.id}#customer#{customer_id}", lookup_at=product_clock.text(start_at),
                    expiry_shard=shards.expires_on(date(2028, 11, 30), pk),
                )
            )  # fmt: skip
            body = {"kind": "reminder", "appointment_id": appointment_id, "sequence": 0}
            some.put(waiting_row(practice, "sms", f"{appointment_id}-0-reminder-24-sms", body))
        some.commit()


def test_all_due_reminders_go_exactly_once_though_workers_are_killed_and_messages_come_twice(
    practice: World, queue: Queue, desk: Desk, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    many_due(practice, REMINDERS)
    chance_of = random.Random(20261123)
    killer = Killer(chance_of, chance=0.02)
    for place, name in ((product, "claim"), (smsapi, "send"), (product, "finish"), (Change, "done")):
        killer.lurk(monkeypatch, place, name)
    found: list[int] = []

    for round_ in range(40):
        clock.set(NOW + round_ * 2 * MINUTE)
        found.append(_sweep(queue))
        if not found[-1] and all(row.state == "done" for row in outbox.rows(practice.id)):
            break
        if round_ < 3:
            desk.fail("smsapi", times=REMINDERS // 50, drop=True, after=True)
        bodies = queue.queued * 2
        queue.queued = []
        chance_of.shuffle(bodies)
        for start in range(0, len(bodies), 10):
            try:
                queue.deliver(*bodies[start : start + 10])
            except Killed:
                queue.queued = []

    per_message = Counter(body["idx"] for body in effects(desk, "smsapi"))
    assert found[0] == REMINDERS
    assert found[-1] == 0
    assert len(per_message) == REMINDERS
    assert set(per_message.values()) == {1}
    assert Counter(row.state for row in outbox.rows(practice.id)) == {"done": REMINDERS}
    assert len(killer.kills) == 8, killer.kills
    assert len(desk.journal("smsapi")) > REMINDERS


def _sweep(queue: Queue) -> int:
    from chalicelib.messaging import sweep
    from chalicelib.plumbing.visit import of_job

    return int(sweep.due(of_job(queue.clock.now, "test"))["due"])


def test_a_mail_goes_once_though_its_worker_is_killed_before_it_and_its_message_comes_twice(
    practice: World, queue: Queue, desk: Desk, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    book(practice)
    killed = Killer(random.Random(1), chance=1.0)
    (message,) = queue.queued
    queue.deliver(message)
    mails = [one for one in queue.queued if one != message]
    with monkeypatch.context() as patched:
        killed.lurk(patched, mail, "message")
        for one in mails:
            with pytest.raises(Killed):
                queue.deliver(one)
    assert effects(desk, "mail") == []

    queue.queued = []
    clock.set(clock.now + 2 * MINUTE)
    _sweep(queue)
    queue.deliver(*queue.queued, *queue.queued)

    assert len(effects(desk, "mail")) == 2
    assert aws.client("sesv2").meta.config.retries["total_max_attempts"] == 1


def test_a_second_worker_leaves_a_mail_alone_that_the_first_is_sending(
    practice: World, queue: Queue, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    book(practice)
    (fact,) = queue.queued
    queue.deliver(fact)
    mails = [one for one in queue.queued if one != fact]
    real, meanwhile = mail.send, list(mails)

    def slowly(letter: mail.Mail) -> str:
        while meanwhile:
            queue.deliver(meanwhile.pop())
        return real(letter)

    monkeypatch.setattr(mail, "send", slowly)

    queue.deliver(*mails)

    assert meanwhile == []
    assert len(effects(desk, "mail")) == len(mails) == 2
