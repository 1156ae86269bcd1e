"""Whoever is busy by their own calendar cannot be booked here, and nothing else of that calendar is known."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.activity import find as log
from chalicelib.booking import calendar
from chalicelib.booking.records import BusyDayRow, BusyRow
from chalicelib.calendars import rules
from chalicelib.plumbing import table as tables
from tests.conftest import NOW
from tests.rooms.calendars.conftest import Elsewhere
from tests.worlds import outbox as worlds
from tests.worlds import tables as raw
from tests.worlds.outbox import Queue
from tests.worlds.partners import World
from tests.worlds.visitor import Reply, Visitor

LUNCH = "DTSTART;TZID=Europe/Zurich:20261124T100000\r\nDTEND;TZID=Europe/Zurich:20261124T110000\r\nSUMMARY:Zahnarzt Dr. Geheim"
TEN = "2026-11-24T10:00:00+01:00"
ELEVEN = "2026-11-24T11:00:00+01:00"


def connected(world: World, elsewhere: Elsewhere, queue: Queue, **more: Any) -> str:
    values = {"url": f"{elsewhere.url}/secret-part/basic.ics", **more}
    reply = world.owner.form("busy-source", {"id": world.employee_id}, **values)
    assert reply.status == 201, reply.text
    queue.drain()
    return str(reply.json["id"])


def source(world: World) -> dict[str, Any]:
    [one] = world.api.get(f"/employees/{world.employee_id}/busy-sources").json["items"]
    return dict(one)


def starts(world: World) -> list[str]:
    path = f"/book/{world.booking_name}/times?service_id={world.service_id}&from=2026-11-24&to=2026-11-24"
    return [one["start"] for one in Visitor().get(path).json["days"][0]["times"]]


def booked(world: World, start: str) -> Reply:
    from tests.worlds.people import VERSION

    return Visitor().form(
        "book", {"booking_name": world.booking_name}, service_id=world.service_id, employee_id="any", start=start,
        first_name="Lea", last_name="Keller", email="lea@example.org", sms=False, accept_privacy=VERSION,
    )  # fmt: skip


def kinds(world: World) -> list[str]:
    return [one.kind for one in log.between(world.id, NOW - timedelta(days=1), NOW + timedelta(days=40))]


def rows(world: World) -> list[dict[str, Any]]:
    found = tables.walk("records", f"{world.id}#calendar")
    return [item for item in found if "busy" in item]


def test_a_busy_time_is_neither_offered_nor_booked_and_everything_beside_it_is(
    world: World, elsewhere: Elsewhere, queue: Queue
) -> None:
    assert TEN in starts(world)
    elsewhere.events = [LUNCH]

    connected(world, elsewhere, queue)

    free = starts(world)
    assert "2026-11-24T09:15:00+01:00" in free  # it ends as the busy time begins
    assert not {"2026-11-24T09:30:00+01:00", TEN, "2026-11-24T10:45:00+01:00"} & set(free)
    assert ELEVEN in free
    refused = booked(world, TEN)
    assert (refused.status, refused.json["code"]) == (409, "slot_taken")
    assert ELEVEN in [one["start"] for one in refused.json["alternatives"]]
    assert booked(world, ELEVEN).status == 201
    shown = source(world)
    assert (shown["state"], shown["reason"], shown["kind"]) == ("good", None, "ics")
    assert shown["succeeded_at"] == "2026-11-23T08:00:00Z"
    assert {"calendar.source_added", "calendar.source_read"} <= set(kinds(world))


def test_nothing_of_a_calendar_is_stored_but_its_times_and_its_address_is_never_shown_again(
    world: World, elsewhere: Elsewhere, queue: Queue, capsys: pytest.CaptureFixture[str], emulator: Any
) -> None:
    elsewhere.events = [LUNCH]

    connected(world, elsewhere, queue, username="anna", password="app-secret-123")

    assert len(rows(world)) == 1
    everything = "".join(
        str(item)
        for name in ("records", "activity", "ledger", "guard")
        for item in raw.raw_rows(emulator.endpoint, name)
    )
    assert world.employee_id in everything
    said = capsys.readouterr()
    page = world.owner.get(f"/employees/{world.employee_id}/busy-sources", accept="text/html").text
    for secret in ("Zahnarzt", "Geheim", "elsewhere.example", "app-secret-123", "secret-part"):
        assert secret not in everything, secret
        assert secret not in said.out + said.err, secret
        assert secret not in page, secret
        assert secret not in world.owner.get(f"/employees/{world.employee_id}/busy-sources").text, secret
    assert source(world)["host"] == elsewhere.url.removeprefix("http://")
    assert source(world)["host"] in page
    asked = elsewhere.heard[0].decode()
    assert asked.startswith("GET /secret-part/basic.ics HTTP/1.1\r\n")
    assert "Authorization: Basic YW5uYTphcHAtc2VjcmV0LTEyMw==" in asked


def test_a_partners_own_hand_may_book_over_it_and_is_warned(world: World, elsewhere: Elsewhere, queue: Queue) -> None:
    elsewhere.events = [LUNCH]
    connected(world, elsewhere, queue)
    wish = {"service_id": world.service_id, "employee_id": world.employee_id, "customer_id": world.customer()}

    over = world.owner.form("appointment", start=TEN, **wish)
    beside = world.owner.form("appointment", start="2026-11-24T13:00:00+01:00", **wish)

    assert (over.status, over.json["warnings"]) == (201, ["busy_elsewhere"])
    assert beside.status == 201
    assert "warnings" not in beside.json
    moved = world.owner.form(
        "appointment", {"id": beside.json["id"], "action": "move"}, start="2026-11-24T10:00:00+01:00"
    )
    assert moved.json["code"] == "slot_taken"  # taken here is taken, whoever asks
    moved = world.owner.form(
        "appointment", {"id": over.json["id"], "action": "move"}, start="2026-11-24T10:15:00+01:00"
    )
    assert (moved.status, moved.json["warnings"]) == (200, ["busy_elsewhere"])
    page = world.owner.get("/appointments?view=week&day=2026-11-24&elsewhere=1", accept="text/html").text
    assert "laut ihrem eigenen Kalender belegt" in page


def test_of_several_people_the_one_who_is_not_busy_elsewhere_is_taken(
    table: Any, clock: Any, elsewhere: Elsewhere, queue: Queue
) -> None:
    from tests.worlds.partners import a_partner

    world = a_partner(table, clock, employees=2)
    elsewhere.events = [LUNCH]
    first = min(world.employee_ids)
    world.owner.form("busy-source", {"id": first}, url=f"{elsewhere.url}/a.ics")
    queue.drain()

    reply = world.owner.form(
        "appointment", start=TEN, service_id=world.service_id, employee_id="any", customer_id=world.customer()
    )

    assert (reply.status, reply.json["employee_id"]) == (201, max(world.employee_ids))
    assert "warnings" not in reply.json


def test_what_has_not_changed_is_not_sent_again_and_what_has_changed_is_taken_over(
    world: World, elsewhere: Elsewhere, queue: Queue
) -> None:
    elsewhere.events = [LUNCH]
    connected(world, elsewhere, queue)

    queue.until(NOW + timedelta(minutes=20))

    assert len(elsewhere.heard) == 2
    assert b'If-None-Match: "1"\r\n' in elsewhere.heard[1]
    assert TEN not in starts(world)
    elsewhere.says(LUNCH.replace("T100000", "T130000").replace("T110000", "T140000"))
    queue.until(NOW + timedelta(minutes=40))
    free = starts(world)
    assert TEN in free
    assert "2026-11-24T13:00:00+01:00" not in free
    queue.until(NOW + timedelta(days=1))
    assert b"If-None-Match" not in elsewhere.heard[-1]  # once a day whole: what repeats goes on


def test_our_own_appointments_that_come_back_block_nothing(world: World, elsewhere: Elsewhere, queue: Queue) -> None:
    from chalicelib.booking import invitation

    own = world.appointment(datetime(2026, 11, 24, 13, tzinfo=UTC))
    elsewhere.events = [
        f"UID:{invitation.uid(own)}\r\n{LUNCH}",
        LUNCH.replace("T100000", "T150000").replace("T110000", "T160000"),
    ]

    connected(world, elsewhere, queue)

    free = starts(world)
    assert TEN in free
    assert "2026-11-24T15:00:00+01:00" not in free


def test_two_calendars_of_one_person_hold_together_and_leave_one_by_one(
    world: World, elsewhere: Elsewhere, queue: Queue
) -> None:
    elsewhere.events = [LUNCH]
    first = connected(world, elsewhere, queue)
    elsewhere.says(LUNCH, LUNCH.replace("T100000", "T130000").replace("T110000", "T140000"))
    second = connected(world, elsewhere, queue)
    one = "2026-11-24T13:00:00+01:00"
    assert not {TEN, one} & set(starts(world))

    gone = world.owner.form("busy-source-remove", {"id": world.employee_id, "source_id": second})

    assert gone.status == 204
    assert one in starts(world)
    assert TEN not in starts(world)
    world.owner.form("busy-source-remove", {"id": world.employee_id, "source_id": first})
    assert TEN in starts(world)
    assert rows(world) == []
    assert tables.get(BusyRow, f"{world.id}#busy", world.employee_id) is None
    asked = len(elsewhere.heard)
    queue.until(NOW + timedelta(hours=2))
    assert len(elsewhere.heard) == asked
    assert worlds.rows(world.id, "calendar") == []
    assert kinds(world).count("calendar.source_removed") == 2


def test_a_source_that_is_removed_while_it_is_read_leaves_nothing_behind(
    world: World, elsewhere: Elsewhere, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chalicelib.booking import busy

    elsewhere.events = [LUNCH]
    reply = world.owner.form("busy-source", {"id": world.employee_id}, url=f"{elsewhere.url}/a.ics").json
    says = busy.says

    def meanwhile(*args: Any, **more: Any) -> None:
        world.owner.form("busy-source-remove", {"id": world.employee_id, "source_id": reply["id"]})
        says(*args, **more)
        assert len(rows(world)) == 1

    monkeypatch.setattr(busy, "says", meanwhile)

    queue.drain()

    assert rows(world) == []
    assert worlds.rows(world.id, "calendar") == []


def test_a_calendar_that_fails_is_tried_less_and_less_told_after_three_days_and_old_after_seven(
    world: World, elsewhere: Elsewhere, queue: Queue
) -> None:
    elsewhere.events = [LUNCH.replace("20261124", "20261208")]
    connected(world, elsewhere, queue)
    assert len(rows(world)) == 1
    elsewhere.status = 503
    waits = []
    at = NOW
    for _ in range(40):
        due = datetime.fromisoformat(source(world)["next_at"])
        waits.append(due - at)
        at = due + timedelta(seconds=1)
        queue.until(at)
        if source(world)["state"] == "stale":
            break

    assert source(world)["reason"] == "busy"
    assert waits[0] < timedelta(minutes=19)
    assert timedelta(hours=4) < max(waits) < timedelta(hours=8)
    assert timedelta(days=7) <= at - NOW < timedelta(days=8)
    assert rows(world) == []
    said = kinds(world)
    for kind in ("calendar.source_failed", "calendar.source_silent", "calendar.source_stale"):
        assert said.count(kind) == 1, kind
    [mail] = [row for row in worlds.rows(world.id, "mail") if row.sk.endswith("calendar_silent-mail")]
    assert mail.subject_kind == "calendar_source"
    owner = world.sign_in()
    page = owner.get(f"/employees/{world.employee_id}/busy-sources", accept="text/html").text
    assert "Der Server ist überlastet." in page
    elsewhere.status = 200
    assert owner.form(
        "busy-source-refresh", {"id": world.employee_id, "source_id": source(world)["id"]}
    ).status == 202  # fmt: skip
    queue.drain()
    assert source(world)["state"] == "good"
    assert len(rows(world)) == 1


@pytest.mark.parametrize(
    ("status", "raw_", "reason"),
    [
        (401, None, "refused"),
        (404, None, "not_there"),
        (302, None, "moved"),
        (200, b"<html>hello</html>", "not_a_calendar"),
        (200, b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\n", "cut_short"),
        (200, b"BEGIN:VCALENDAR\r\n" + b"x" * 5_000_000 + b"\r\nEND:VCALENDAR\r\n", "too_large"),
        (0, None, "no_answer"),
    ],
)
def test_what_is_no_calendar_is_said_in_plain_words_and_blocks_nothing(
    world: World, elsewhere: Elsewhere, queue: Queue, status: int, raw_: bytes | None, reason: str
) -> None:
    elsewhere.status, elsewhere.raw = status, raw_

    connected(world, elsewhere, queue)

    assert (source(world)["state"], source(world)["reason"]) == ("failing", reason)
    assert TEN in starts(world)
    assert len(elsewhere.heard) == 1  # no redirect is followed


def test_whoever_does_not_work_there_any_more_is_not_asked_about(
    world: World, elsewhere: Elsewhere, queue: Queue
) -> None:
    robin = world.add_employee()
    world.offer_changed()
    elsewhere.events = [LUNCH]
    world.owner.form("busy-source", {"id": robin}, url=f"{elsewhere.url}/a.ics")
    queue.drain()
    assert len(rows(world)) == 1
    assert world.owner.form("employee", {"id": robin}, active=False).status == 200
    asked = len(elsewhere.heard)

    queue.until(NOW + timedelta(minutes=20))

    assert len(elsewhere.heard) == asked
    assert rows(world) == []
    [shown] = world.owner.get(f"/employees/{robin}/busy-sources").json["items"]
    assert shown["state"] == "resting"
    refused = world.owner.send("POST", f"/employees/{robin}/busy-sources", {"url": f"{elsewhere.url}/a.ics"})
    assert refused.status in (400, 404)


def test_employees_arrange_their_own_calendars_and_nobody_elses(world: World, elsewhere: Elsewhere) -> None:
    robin = world.add_employee()
    world.offer_changed()
    visitor = world.sign_in("employee", robin)
    address = f"{elsewhere.url}/a.ics"

    assert visitor.form("busy-source", {"id": robin}, url=address).status == 201
    assert visitor.form("calendar-feed", {"id": robin}).status == 201
    for path in ("busy-sources", "calendar-feeds"):
        refused = visitor.get(f"/employees/{world.owner_id}/{path}")
        assert (refused.status, refused.json["code"]) == (403, "not_yours")
        assert (
            visitor.get(f"/forms/{'busy-source' if path[0] == 'b' else 'calendar-feed'}?id={world.owner_id}").status
            == 403
        )
    assert world.owner.get(f"/employees/{robin}/busy-sources").json["items"] != []
    assert world.with_key("appointments:read").get(f"/employees/{robin}/busy-sources").status == 403
    assert world.with_key("calendars:read").get(f"/employees/{robin}/busy-sources").status == 200


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://kalender.example/a.ics", "webhook_not_https"),
        ("https://10.0.0.1/a.ics", "webhook_not_a_name"),
        ("https://anna:pw@kalender.example/a.ics", "webhook_with_password"),
        ("https://localhost/a.ics", "webhook_not_a_name"),
        ("https://metadata.internal/a.ics", "webhook_inside"),
        ("webcal://kalender.example:22/a.ics", "webhook_port"),
        ("kalender", "webhook_not_https"),
    ],
)
def test_addresses_inside_and_oddities_are_refused_at_once(
    world: World, elsewhere: Elsewhere, url: str, code: str
) -> None:
    reply = world.owner.form("busy-source", {"id": world.employee_id}, url=url)

    assert (reply.status, reply.json["errors"][0]["code"]) == (422, code)


def test_there_is_room_for_five_and_caldav_wants_a_login(world: World, elsewhere: Elsewhere) -> None:
    bare = world.owner.form("busy-source", {"id": world.employee_id}, url=f"{elsewhere.url}/d/", kind="caldav")
    assert [one["field"] for one in bare.json["errors"]] == ["username", "password"]

    for number in range(rules.MOST_SOURCES):
        made = world.owner.form("busy-source", {"id": world.employee_id}, url=f"{elsewhere.url}/{number}.ics")
        assert made.status == 201

    full = world.owner.form("busy-source", {"id": world.employee_id}, url=f"{elsewhere.url}/x.ics")
    assert (full.status, full.json["code"]) == (409, "sources_full")


def test_a_search_stays_one_query_and_a_booking_one_read_with_busy_times_in_them(
    world: World, elsewhere: Elsewhere, queue: Queue, dynamodb: Any
) -> None:
    daily = "DTSTART;TZID=Europe/Zurich:20260105T120000\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY"
    elsewhere.events = [daily]
    connected(world, elsewhere, queue)
    assert len(rows(world)) == rules.READ_DAYS
    starts(world)
    dynamodb.asked.clear()

    starts(world)

    assert dynamodb.operations == ["GetItem", "Query"]
    visitor = Visitor()
    issued = visitor.issue("book", booking_name=world.booking_name)
    dynamodb.asked.clear()
    from tests.worlds.people import VERSION

    made = visitor.submit(
        issued, service_id=world.service_id, employee_id="any", start="2026-11-24T09:00:00+01:00", first_name="Lea",
        last_name="Keller", email="lea@example.org", sms=False, accept_privacy=VERSION,
    )  # fmt: skip
    assert made.status == 201
    assert dynamodb.operations[:2] == ["BatchGetItem", "TransactWriteItems"]


def test_the_calendar_knows_busy_times_apart_from_what_is_taken_here(
    world: World, elsewhere: Elsewhere, queue: Queue
) -> None:
    elsewhere.events = [LUNCH]
    connected(world, elsewhere, queue)
    world.appointment(datetime(2026, 11, 24, 13, tzinfo=UTC))

    found = calendar.read(world.id, first_utc_day=datetime(2026, 11, 24, tzinfo=UTC).date(), days=1)

    assert found.busy[world.employee_id].bit_count() == 12
    assert found.masks[world.employee_id].bit_count() == 9
    assert not found.busy[world.employee_id] & found.masks[world.employee_id]
    [row] = rows(world)
    assert set(row) == {"pk", "sk", "busy"}
    assert isinstance(BusyDayRow.from_raw_data(row).busy, bytes)
