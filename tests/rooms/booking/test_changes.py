"""Moving, cancelling, saying what became of it: by the partner, by an employee, by the customer's link."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from chalicelib.booking import bitmap, find
from chalicelib.booking.records import AppointmentRow
from chalicelib.plumbing import table as product
from tests.rooms.booking.test_book import START, book, cancel, day, stored
from tests.worlds import partners, tables
from tests.worlds.visitor import Reply, Visitor

TEN = bitmap.span(9 * 12, 9)  # 10:00 to 10:45 in Zürich, as atoms of the UTC day


@pytest.fixture
def world(table: Any, clock: Any) -> Any:
    return partners.a_partner(table, clock, employees=2)


@pytest.fixture
def made(world: Any) -> dict[str, Any]:
    """A booking with the first employee."""
    return dict(book(world, employee_id=world.employee_id).json)


def move(visitor: Visitor, appointment_id: str, start: str, **more: Any) -> Reply:
    return visitor.form("appointment", {"id": appointment_id, "action": "move"}, start=start, **more)


def status(visitor: Visitor, appointment_id: str, new: str) -> Reply:
    return visitor.form("appointment", {"id": appointment_id, "method": "PATCH"}, status=new)


def token(made: dict[str, Any]) -> str:
    return str(made["link"]).rpartition("/")[2]


def facts(world: Any) -> list[str]:
    import os

    rows = tables.rows(os.environ["AWS_ENDPOINT_URL"], "activity")
    return [row["kind"]["S"] for row in sorted(rows, key=lambda r: r["sk"]["S"]) if row["pk"]["S"] == world.id]


def test_cancelling_gives_the_time_back_once(world: Any, made: dict[str, Any]) -> None:
    assert day(world) == TEN

    first = world.owner.form("appointment", {"id": made["id"], "action": "cancellation"}, reason="Krank")
    again = cancel(world, made["id"])

    assert (first.status, first.json["status"], first.json["sequence"]) == (200, "cancelled_by_partner", 1)
    assert first.json["reason"] == "Krank"
    assert [(line["kind"], line["source"]) for line in first.json["history"]] == [
        ("booked", "web"),
        ("cancelled", "partner"),
    ]
    assert (again.status, again.json["code"]) == (409, "already_cancelled")
    assert day(world) == 0
    assert facts(world).count("appointment.cancelled") == 1
    assert book(world, employee_id=world.employee_id, email="eva@example.org").status == 201


def test_moving_takes_the_new_time_and_gives_the_old_one_back(world: Any, made: dict[str, Any]) -> None:
    moved = move(world.owner, made["id"], "2026-11-24T10:15:00+01:00")

    assert moved.status == 200, moved.text
    assert (moved.json["start"], moved.json["end"]) == ("2026-11-24T10:15:00+01:00", "2026-11-24T11:00:00+01:00")
    assert (moved.json["sequence"], moved.json["employee_id"]) == (1, world.employee_id)
    assert day(world) == bitmap.span(9 * 12 + 3, 9)
    assert facts(world).count("appointment.moved") == 1


def test_moving_to_another_day_and_employee_keeps_the_customer_longer(world: Any, made: dict[str, Any]) -> None:
    other = world.employee_ids[1]

    moved = move(world.owner, made["id"], "2026-12-08T14:00:00+01:00", employee_id=other)

    assert moved.status == 200, moved.text
    assert (moved.json["employee_id"], moved.json["delete_on"]) == (other, "2028-12-08")
    assert day(world) == 0
    assert day(world, date(2026, 12, 8), other) == bitmap.span(13 * 12, 9)
    customer = find.customer(world.id, moved.json["customer_id"])
    assert customer is not None
    assert customer.delete_on == date(2028, 12, 8)
    row = product.get(AppointmentRow, f"{world.id}#appointments", made["id"])
    assert row is not None
    assert row.expiry_shard.startswith("2028-12-08#")
    assert row.lookup_at == "2026-12-08T13:00:00.000Z"


def test_moving_to_where_it_is_changes_nothing(world: Any, made: dict[str, Any]) -> None:
    same = move(world.owner, made["id"], START)

    assert (same.status, same.json["sequence"]) == (200, 0)
    assert day(world) == TEN
    assert "appointment.moved" not in facts(world)


def test_moving_onto_somebody_else_is_refused_and_nothing_moves(world: Any, made: dict[str, Any]) -> None:
    second = book(world, employee_id=world.employee_id, start="2026-11-24T11:00:00+01:00", email="eva@example.org")
    before = day(world)

    refused = move(world.owner, made["id"], "2026-11-24T10:30:00+01:00")
    anybody = move(world.owner, made["id"], "2026-11-24T10:30:00+01:00", employee_id="any")

    assert second.status == 201
    assert (refused.status, refused.json["code"]) == (409, "slot_taken")
    assert 1 <= len(refused.json["alternatives"]) <= 5
    assert before == day(world) | TEN
    assert (anybody.status, anybody.json["employee_id"]) == (200, world.employee_ids[1])
    assert day(world) == before & ~TEN


def test_the_partner_books_outside_the_hours_but_never_twice(world: Any) -> None:
    values = {
        "service_id": world.service_id,
        "employee_id": world.employee_id,
        "first_name": "Lea",
        "last_name": "Keller",
        "email": "lea@example.org",
    }

    sunday = world.owner.form("appointment", **values, start="2026-11-29T21:05:00+01:00")
    past = world.api.form("appointment", **values, start="2026-11-20T10:00:00+01:00")
    off_mark = world.owner.form("appointment", **values, start="2026-11-29T20:02:00+01:00")
    twice = world.owner.form("appointment", **values, start="2026-11-29T21:30:00+01:00")
    ancient = world.owner.form("appointment", **values, start="2020-01-01T10:00:00+01:00")

    assert (sunday.status, sunday.json["source"], sunday.json["status"]) == (201, "partner", "confirmed")
    assert (past.status, past.json["source"]) == (201, "api")
    assert sunday.json["customer_id"] == past.json["customer_id"]
    assert off_mark.json["errors"][0]["code"] == "off_mark"
    assert (twice.status, twice.json["code"]) == (409, "slot_taken")
    assert ancient.json["errors"][0]["code"] == "too_long_ago"


def test_the_partner_books_for_a_customer_who_is_known(world: Any) -> None:
    customer_id = world.customer()
    values = {"service_id": world.service_id, "start": START}

    known = world.owner.form("appointment", **values, customer_id=customer_id)
    nobody = world.owner.form("appointment", **values)
    both = world.owner.form("appointment", **values, customer_id=customer_id, first_name="Eva")
    foreign = world.owner.form("appointment", **values, customer_id="00000000000000000000000000")

    assert (known.status, known.json["customer_id"]) == (201, customer_id)
    assert [one["field"] for one in nobody.json["errors"]] == ["first_name", "last_name"]
    assert both.json["errors"][0]["code"] == "not_beside_customer"
    assert foreign.json["errors"][0]["code"] == "unknown_customer"


def test_what_became_of_it_is_said_after_the_start_only(world: Any, made: dict[str, Any], clock: Any) -> None:
    early = status(world.owner, made["id"], "completed")
    clock.set(datetime(2026, 11, 24, 9, 0, tzinfo=UTC))
    world.owner = world.sign_in("owner")
    missed = status(world.owner, made["id"], "no_show")
    came = status(world.owner, made["id"], "completed")
    late = cancel(world, made["id"])
    moved = move(world.owner, made["id"], "2026-11-25T10:00:00+01:00")

    assert (early.status, early.json["code"]) == (409, "not_before_start")
    assert (missed.json["status"], came.json["status"]) == ("no_show", "completed")
    assert (late.status, late.json["code"]) == (409, "not_from_here")
    assert (moved.status, moved.json["code"]) == (409, "not_movable")
    assert day(world) == TEN
    assert came.json["sequence"] == 0
    kinds = facts(world)
    assert (kinds.count("appointment.missed"), kinds.count("appointment.completed")) == (1, 1)


def test_a_status_that_cancels_gives_the_time_back(world: Any, made: dict[str, Any]) -> None:
    reply = status(world.owner, made["id"], "cancelled_by_customer")

    assert (reply.status, reply.json["status"], reply.json["sequence"]) == (200, "cancelled_by_customer", 1)
    assert day(world) == 0
    assert status(world.owner, made["id"], "confirmed").json["code"] == "not_from_here"
    assert status(world.owner, made["id"], "lost").json["code"] == "form_token_invalid"


def test_an_employee_sees_all_and_changes_only_their_own(world: Any, made: dict[str, Any]) -> None:
    own = world.sign_in("employee", world.employee_ids[0])
    other = world.sign_in("employee", world.employee_ids[1])

    assert other.get(f"/appointments/{made['id']}").json["id"] == made["id"]
    refused = move(other, made["id"], "2026-11-24T14:00:00+01:00")
    assert (refused.status, refused.json["code"]) == (403, "not_yours")
    assert other.form("appointment", {"id": made["id"], "action": "cancellation"}).status == 403
    assert status(other, made["id"], "cancelled_by_partner").status == 403
    assert move(own, made["id"], "2026-11-24T14:00:00+01:00").status == 200


def test_appointments_of_others_do_not_exist(table: Any, clock: Any, world: Any, made: dict[str, Any]) -> None:
    stranger = partners.a_partner(table, clock)

    assert stranger.owner.get(f"/appointments/{made['id']}").status == 404
    assert stranger.owner.get(f"/forms/appointment?id={made['id']}&action=move").status == 404
    for path in (f"/appointments/{made['id']}/move", f"/appointments/{made['id']}/cancellation"):
        assert stranger.api.send("POST", path, {"start": START} if path.endswith("move") else {}).status == 404
    assert stranger.api.send("PATCH", f"/appointments/{made['id']}", {"status": "completed"}).status == 404
    assert Visitor().get("/appointments").status == 401
    assert day(world) == TEN


def test_whoever_reads_appointments_leaves_one_trace_of_whose_they_are(world: Any) -> None:
    ten = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    first = world.appointment(ten, customer_id=world.customer(first_name="Lea"))
    world.appointment(ten + timedelta(hours=1), customer_id=world.customer(first_name="Eva"))

    def left_by(reader: Any, path: str) -> int:
        before = facts(world).count("customer.read")
        assert reader.get(path).status == 200
        return facts(world).count("customer.read") - before

    whole, empty = "/appointments?from=2026-11-24&to=2026-11-24", "/appointments?from=2026-12-24&to=2026-12-24"
    assert left_by(world.api, whole) == left_by(world.owner, whole) == 1
    assert left_by(world.api, f"/appointments/{first}") == 1
    assert left_by(world.api, empty) == 0


def test_the_agenda_of_a_week_in_pages(world: Any) -> None:
    starts = ["2026-11-23T08:00", "2026-11-24T10:00", "2026-11-29T23:00", "2026-11-30T00:00", "2026-11-22T23:55"]
    for start in starts:
        world.appointment(datetime.fromisoformat(start + ":00+01:00"))

    week = world.owner.get("/appointments").json
    first = world.owner.get("/appointments?from=2026-11-22&to=2026-11-30&limit=2").json
    rest = world.owner.get(f"/appointments?from=2026-11-22&to=2026-11-30&limit=100&cursor={first['next']}").json

    assert [one["start"][:16] for one in week["items"]] == sorted(starts[:3])
    assert [one["start"][:16] for one in first["items"] + rest["items"]] == sorted(starts)
    assert rest["next"] is None
    nobody = world.owner.get(f"/appointments?employee_id={world.employee_ids[1]}").json
    assert nobody["items"] == []
    for query in ("from=2026-11-30&to=2026-11-22", "from=0001-01-01", "to=9999-12-31", "from=2026-01-01&to=2028-01-01"):
        assert world.owner.get(f"/appointments?{query}").status == 422
    assert world.owner.get("/appointments?cursor=abc").status == 400


def test_the_link_shows_the_appointment_and_what_may_be_done(world: Any, made: dict[str, Any]) -> None:
    shown = Visitor().get(f"/my/{token(made)}").json

    assert (shown["id"], shown["start"], shown["status"]) == (made["id"], START, "confirmed")
    assert (shown["service"]["name"], shown["employee"]["first_name"]) == ("Beratung", "Nora")
    assert shown["partner"]["company"] == "Praxis Morgenrot"
    assert shown["may_cancel_until"] == "2026-11-23T10:00:00+01:00"
    assert shown["may_cancel"] is True
    assert shown["delete_on"] == "2028-11-24"


def test_the_link_cancels_until_the_second_of_its_window(world: Any, made: dict[str, Any], clock: Any) -> None:
    late = book(world, employee_id=world.employee_ids[1], email="eva@example.org").json
    visitor = Visitor()
    clock.set(datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
    in_time = visitor.form("link-cancel", {"token": token(made)}, reason="Verhindert")
    again = visitor.form("link-cancel", {"token": token(made)})
    clock.set(clock.now + timedelta(seconds=1))

    too_late = visitor.form("link-cancel", {"token": token(late)})
    moved = visitor.form("link-move", {"token": token(late)}, start="2026-11-25T10:00:00+01:00")
    by_partner = cancel(world, late["id"])

    assert (in_time.status, in_time.json["status"]) == (200, "cancelled_by_customer")
    assert in_time.json["history"][-1]["source"] == "web"
    assert (again.status, again.json["code"]) == (409, "already_cancelled")
    assert (too_late.status, too_late.json["code"]) == (409, "too_late_to_change")
    assert (moved.status, moved.json["code"]) == (409, "too_late_to_change")
    assert by_partner.status == 200


def test_the_link_moves_to_what_is_offered(world: Any, made: dict[str, Any]) -> None:
    visitor = Visitor()

    closed = visitor.form("link-move", {"token": token(made)}, start="2026-11-29T10:00:00+01:00")
    moved = visitor.form("link-move", {"token": token(made)}, start="2026-11-27T10:00:00+01:00")

    assert closed.json["errors"][0]["code"] == "closed"
    assert (moved.status, moved.json["start"]) == (200, "2026-11-27T10:00:00+01:00")
    assert day(world) == 0
    assert day(world, date(2026, 11, 27)) == TEN


def test_links_that_are_forged_foreign_or_over_open_nothing(world: Any, made: dict[str, Any], clock: Any) -> None:
    good = token(made)
    forged = good[:-1] + ("A" if good[-1] != "A" else "B")

    assert Visitor().get(f"/my/{forged}").status == 404
    assert Visitor().get("/my/nonsense").status == 404
    assert Visitor().get(f"/forms/link-cancel?token={forged}").status == 404
    clock.set(datetime(2026, 12, 1, 9, 45, tzinfo=UTC))
    assert Visitor().get(f"/my/{good}").status == 200
    clock.set(datetime(2026, 12, 1, 9, 45, 1, tzinfo=UTC))
    over = Visitor().get(f"/my/{good}")
    assert (over.status, over.json["code"]) == (410, "link_over")


def test_a_link_shows_everything_that_is_held(world: Any, made: dict[str, Any]) -> None:
    book(world, start="2026-12-01T10:00:00+01:00", note="Mit Hund")
    book(world, start="2026-12-01T14:00:00+01:00", email="eva@example.org", first_name="Eva")

    held = Visitor().get(f"/my/{token(made)}/data").json

    assert held["customer"]["email"] == "lea.keller@example.org"
    assert [one["start"][:10] for one in held["appointments"]] == ["2026-11-24", "2026-12-01"]
    assert held["appointments"][1]["note"] == "Mit Hund"
    assert (held["messages"], held["disclosures"]) == ([], [])
    assert "eva@example.org" not in str(held)


def test_messages_and_disclosures_about_a_customer_are_told(world: Any, made: dict[str, Any], clock: Any) -> None:
    from chalicelib.activity import facts as activity
    from chalicelib.activity import outbox, record
    from chalicelib.activity.records import OutboxRow
    from chalicelib.plumbing.change import Change
    from chalicelib.plumbing.visit import of_job

    visit = of_job(clock.now, "r", world.id)
    change = Change(visit)
    subject = ("appointment", made["id"])
    reminder = f"{made['id']}-0-reminder-24-sms"
    outbox.add(change, visit, "sms", {}, row_id=reminder, due_at=clock.now + timedelta(hours=1), subject=subject)
    change.done()
    sent = of_job(clock.now + timedelta(hours=2), "r", world.id)
    row = outbox.claim(f"{world.id}#outbox", reminder, sent.at)
    assert isinstance(row, OutboxRow)
    change = Change(sent)
    outbox.finish(change, row, sent.at, state="done", outcome="sent")
    record.fact(change, sent, activity.DISCLOSED, subject=subject, detail={"recipient": "smsapi", "country": "PL"})
    change.done()

    held = Visitor().get(f"/my/{token(made)}/data").json

    assert [(one["channel"], one["outcome"]) for one in held["messages"]] == [("sms", "sent")]
    assert [(one["recipient"], one["country"]) for one in held["disclosures"]] == [("smsapi", "PL")]


def test_whoever_asks_to_be_forgotten_is(world: Any, made: dict[str, Any], clock: Any) -> None:
    past = world.owner.form(
        "appointment",
        service_id=world.service_id,
        start="2026-11-20T10:00:00+01:00",
        first_name="Lea",
        last_name="Keller",
        email="lea.keller@example.org",
        note="Canary",
    )
    assert past.status == 201
    visitor = Visitor()
    issued = visitor.issue("link-erase", token=token(made))

    erased = visitor.submit(issued)
    again = visitor.submit(issued)

    assert (erased.status, again.status) == (202, 202)
    assert erased.json == again.json
    everything = str(stored(world))
    for canary in ("Lea", "Keller", "lea.keller", "+4179", "Canary"):
        assert canary not in everything
    assert "contact#" not in everything
    assert day(world) == 0
    assert find.row_of(world.id, made["id"]).status == "cancelled_by_customer"
    assert find.row_of(world.id, past.json["id"]).status == "confirmed"
    assert Visitor().get(f"/my/{token(made)}").status == 410
    assert facts(world).count("customer.erased") == 1
    new = book(world)
    assert new.status == 201
    assert find.row_of(world.id, new.json["id"]).customer_id != erased.json["id"]


def test_customers_are_added_changed_read_and_erased(world: Any) -> None:
    person = {"first_name": "Lea", "last_name": "Keller", "email": "lea@example.org", "phone": "079 123 45 67"}
    made = world.owner.form("customer", **person)
    taken = world.owner.form("customer", **{**person, "email": "LEA@example.org"})
    other = world.owner.form("customer", first_name="Eva", last_name="Frei")
    assert (made.status, made.json["phone"], made.json["delete_on"]) == (201, "+41791234567", "2028-11-23")
    assert (taken.status, taken.json["code"]) == (409, "email_in_use")
    where = {"id": made.json["id"]}

    changed = world.owner.form("customer", {**where, "method": "PATCH"}, email="new@example.org", note="Stammgast")
    emptied = world.owner.form("customer", {**where, "method": "PATCH"}, phone=None)
    nameless = world.owner.form("customer", {**where, "method": "PATCH"}, first_name="")
    clash = world.owner.form("customer", {"id": other.json["id"], "method": "PATCH"}, email="new@example.org")
    freed = world.owner.form("customer", {"id": other.json["id"], "method": "PATCH"}, email="lea@example.org")

    assert (changed.status, changed.json["email"], changed.json["note"]) == (200, "new@example.org", "Stammgast")
    assert emptied.json["phone"] is None
    assert nameless.status == 422
    assert (clash.status, clash.json["code"]) == (409, "email_in_use")
    assert freed.status == 200
    before = facts(world).count("customer.read")
    listed = world.owner.get("/customers").json
    assert {one["first_name"] for one in listed["items"]} == {"Lea", "Eva"}
    assert world.owner.get(f"/customers/{made.json['id']}").json["email"] == "new@example.org"
    assert facts(world).count("customer.read") == before + 2
    employee = world.sign_in("employee")
    assert employee.get(f"/forms/customer?id={made.json['id']}&method=DELETE").status == 403
    assert world.api.send("DELETE", f"/customers/{made.json['id']}").status == 202
    assert world.owner.get(f"/customers/{made.json['id']}").status == 404
    assert world.api.send("DELETE", f"/customers/{made.json['id']}").status == 404


def test_a_cancelled_visit_of_a_group_and_a_move_between_sessions(table: Any, clock: Any) -> None:
    world = partners.a_partner(table, clock, services=({"capacity": 3},))
    first, second = (book(world, email=f"{name}@example.org").json for name in "ab")
    later = "2026-11-24T14:00:00+01:00"

    moved = move(world.owner, first["id"], later)
    joined = move(world.owner, second["id"], later)

    assert (moved.status, joined.status) == (200, 200)
    assert day(world) == bitmap.span(13 * 12, 9)
    seats = [row["seats_taken"]["N"] for row in stored(world) if "seats_taken" in row]
    assert seats == ["2"]
