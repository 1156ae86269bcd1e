"""Booking at a partner's public page: what is stored, what is answered, and what is refused without a trace."""

import os
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from chalicelib.booking import bitmap, find
from chalicelib.booking.records import AppointmentRow, CustomerRow, DayRow
from chalicelib.consent import find as consent
from chalicelib.plumbing import table as product
from tests.worlds import partners, tables
from tests.worlds.visitor import Reply, Visitor

TUESDAY = date(2026, 11, 24)
START = "2026-11-24T10:00:00+01:00"
AT_NINE_UTC = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def filled(world: Any, **changes: Any) -> dict[str, Any]:
    """A booking that is right, with changes; None leaves a field out."""
    values = {
        "service_id": world.service_id,
        "employee_id": "any",
        "start": START,
        "first_name": "Lea",
        "last_name": "Keller",
        "email": "lea.keller@example.org",
        "phone": "+41791234567",
        "sms": True,
        "accept_privacy": consent.version_in_force("privacy", world.clock.now.date()),
        **changes,
    }
    return {name: value for name, value in values.items() if value is not None}


def book(world: Any, visitor: Visitor | None = None, **changes: Any) -> Reply:
    visitor = visitor or Visitor()
    return visitor.form("book", {"booking_name": world.booking_name}, **filled(world, **changes))


def day(world: Any, on: date = TUESDAY, employee_id: str | None = None) -> int:
    row = product.get(DayRow, f"{world.id}#calendar", f"{on.isoformat()}#{employee_id or world.employee_id}")
    return bitmap.from_bytes(bytes(row.taken)) if row else 0


def stored(world: Any) -> list[dict[str, Any]]:
    """Rows that a booking would leave: appointments, customers, days, sessions, outbox."""
    return [
        row
        for row in tables.rows(os.environ["AWS_ENDPOINT_URL"], "records")
        if row["pk"]["S"].startswith(f"{world.id}#")
    ]


@pytest.fixture
def world(table: Any, clock: Any) -> Any:
    return partners.a_partner(table, clock)


def test_a_booking_takes_the_time_and_answers_with_all_the_customer_needs(world: Any) -> None:
    reply = book(world)

    assert reply.status == 201, reply.text
    made = reply.json
    assert made["start"] == START
    assert made["end"] == "2026-11-24T10:45:00+01:00"
    assert made["employee"] == {"id": world.employee_id, "first_name": "Nora"}
    assert made["delete_on"] == "2028-11-24"
    assert made["link"].startswith("http://localhost:8000/my/")
    assert day(world) == bitmap.span(9 * 12, 9)
    known = find.appointment(world.id, made["id"])
    assert known is not None
    assert known.customer is not None
    assert (known.customer.first_name, known.customer.email, known.phone) == (
        "Lea",
        "lea.keller@example.org",
        "+41791234567",
    )
    assert (known.status, known.source, known.sequence, known.sms) == ("confirmed", "web", 0, True)
    assert known.start_at == AT_NINE_UTC
    assert known.link == made["link"]


def test_what_follows_waits_in_the_outbox_and_names_nobody(world: Any) -> None:
    made = book(world).json

    waiting = [row for row in stored(world) if row["pk"]["S"].endswith("#outbox")]
    assert len(waiting) == 1
    text = str(waiting[0])
    assert "appointment.booked" in text
    assert made["id"] in text
    assert "Keller" not in text
    assert "+4179" not in text
    assert "lea.keller" not in text


def test_the_public_form_says_what_is_offered_by_name_and_with_whom_by_first_name(world: Any) -> None:
    fields = {one["name"]: one for one in Visitor().issue("book", booking_name=world.booking_name)["fields"]}
    team = {one["id"]: one for one in Visitor(key=world.api.key).get("/employees").json["items"]}

    assert fields["service_id"]["option_labels"][world.service_id] not in (world.service_id, "")
    assert fields["employee_id"]["option_labels"][world.employee_id] == team[world.employee_id]["first_name"]
    assert team[world.employee_id]["last_name"] not in str(fields)


def test_the_same_form_sent_twice_books_once_and_answers_alike(world: Any) -> None:
    visitor = Visitor()
    issued = visitor.issue("book", booking_name=world.booking_name)

    first = visitor.submit(issued, **filled(world))
    again = visitor.submit(issued, **filled(world))
    other = visitor.submit(issued, **filled(world, first_name="Eva"))

    assert (first.status, again.status) == (201, 201)
    assert first.json == again.json
    assert (other.status, other.json["code"]) == (409, "form_already_used")
    assert len([row for row in stored(world) if row["pk"]["S"].endswith("#appointments")]) == 1


def test_a_time_that_is_taken_is_refused_with_the_five_nearest_others(world: Any) -> None:
    assert book(world).status == 201

    reply = book(world, start="2026-11-24T10:15:00+01:00", email="eva@example.org")

    assert (reply.status, reply.json["code"]) == (409, "slot_taken")
    assert [one["start"][11:16] for one in reply.json["alternatives"]] == ["09:00", "09:15", "10:45", "11:00", "11:15"]
    assert reply.json["alternatives"][0]["employee_ids"] == [world.employee_id]
    assert day(world) == bitmap.span(9 * 12, 9)


def test_buffers_keep_their_distance(table: Any, clock: Any) -> None:
    world = partners.a_partner(table, clock, services=({"buffer_before_minutes": 10, "buffer_after_minutes": 15},))
    assert book(world).status == 201

    too_near = book(world, start="2026-11-24T11:00:00+01:00", email="eva@example.org")
    far_enough = book(world, start="2026-11-24T11:15:00+01:00", email="eva@example.org")

    assert too_near.status == 409
    assert far_enough.status == 201


def test_anybody_means_whoever_has_least_to_do_and_is_free(table: Any, clock: Any) -> None:
    world = partners.a_partner(table, clock, employees=3)
    first, second, third = world.employee_ids
    world.take(first, datetime(2026, 11, 24, 13, 0, tzinfo=UTC), 60)
    world.take(third, AT_NINE_UTC, 30)

    chosen = [book(world, email=f"a{n}@example.org") for n in range(3)]

    assert [reply.json["employee"]["id"] for reply in chosen[:2]] == [second, first]
    assert chosen[2].status == 409


@pytest.mark.parametrize(
    ("start", "code"),
    [
        ("2026-11-23T08:45:00+01:00", "in_the_past"),
        ("0001-01-01T00:00:00+00:00", "in_the_past"),
        ("9999-12-31T23:55:00+00:00", "beyond_horizon"),
        ("2026-11-23T10:45:00+01:00", "too_soon"),
        ("2027-01-23T10:00:00+01:00", "beyond_horizon"),
        ("2026-11-24T10:05:00+01:00", "off_grid"),
        ("2026-11-24T10:00:30+01:00", "off_grid"),
        ("2026-11-24T12:00:00+01:00", "closed"),
        ("2026-11-29T10:00:00+01:00", "closed"),
        ("2026-12-25T10:00:00+01:00", "closed"),
    ],
)
def test_a_start_that_cannot_be_is_refused_with_its_reason(table: Any, clock: Any, start: str, code: str) -> None:
    world = partners.a_partner(table, clock, services=({"lead_time_minutes": 120, "horizon_days": 60},))

    reply = book(world, start=start)

    assert reply.status == 422, reply.text
    assert [(one["field"], one["code"]) for one in reply.json["errors"]] == [("start", code)]
    assert "{" not in reply.json["errors"][0]["message"]
    assert stored(world) == []


@pytest.mark.parametrize(
    ("changes", "status", "field", "code"),
    [
        ({"first_name": None}, 422, "first_name", "missing"),
        ({"email": None}, 422, "email", "missing"),
        ({"email": "nobody"}, 422, "email", "not_an_email"),
        ({"phone": "12"}, 422, "phone", "not_a_phone_number"),
        ({"phone": None}, 422, "phone", "needed_for_sms"),
        ({"start": "tomorrow"}, 422, "start", "not_an_instant"),
        ({"start": "2026-11-24T10:00:00"}, 422, "start", "no_offset"),
        ({"start": 5}, 422, "start", "wrong_type"),
        ({"sms": "yes"}, 422, "sms", "wrong_type"),
        ({"language": "rm"}, 400, None, "form_token_invalid"),
        ({"first_name": {"a": 1}}, 422, "first_name", "wrong_type"),
        ({"first_name": ["a"]}, 400, None, "form_token_invalid"),
        ({"note": "a\x00b"}, 422, "note", "control_characters"),
        ({"note": "x" * 1001}, 422, "note", "too_long"),
        ({"answers": ["a"]}, 400, None, "form_token_invalid"),
        ({"answers": {"shoe": "42"}}, 422, "answers.shoe", "unknown_field"),
        ({"accept_privacy": "0"}, 422, "accept_privacy", "version_not_in_force"),
        ({"price_rappen": 0}, 400, None, "form_token_invalid"),
        ({"service_id": "00000000000000000000000000"}, 400, None, "form_token_invalid"),
        ({"employee_id": "00000000000000000000000000"}, 400, None, "form_token_invalid"),
    ],
)
def test_bad_input_is_explained_and_nothing_is_stored(
    world: Any, changes: dict[str, Any], status: int, field: str | None, code: str
) -> None:
    reply = book(world, **changes)

    assert reply.status == status, reply.text
    if field is None:
        assert reply.json["code"] == code
    else:
        assert [(one["field"], one["code"]) for one in reply.json["errors"]] == [(field, code)]
    assert stored(world) == []


def test_a_tampered_locked_value_and_a_stale_form_are_refused(world: Any, clock: Any) -> None:
    other = world.add_service(name="Kurz", duration_minutes=15)
    visitor = Visitor()
    issued = visitor.issue("book", booking_name=world.booking_name, service_id=world.service_id, start=START)
    assert issued["locked"] == {"service_id": world.service_id, "start": START}

    tampered = visitor.submit(issued, **filled(world, service_id=other))
    foreign = Visitor().submit(issued, **filled(world))
    clock.set(clock.now + timedelta(hours=2))
    stale = visitor.submit(issued, **filled(world))

    assert [reply.json["code"] for reply in (tampered, foreign, stale)] == [
        "form_token_invalid",
        "form_token_invalid",
        "form_token_invalid",
    ]
    assert stored(world) == []


def test_services_and_people_of_others_cannot_be_reached_with_a_key_either(table: Any, clock: Any, world: Any) -> None:
    other = partners.a_partner(table, clock)

    service = book(world, other.api, service_id=other.service_id)
    employee = book(world, other.api, employee_id=other.employee_id)
    odd = book(world, other.api, service_id="../../etc")
    right = book(world, other.api)

    assert [reply.json["errors"][0]["code"] for reply in (service, employee, odd)] == ["not_offered"] * 3
    assert right.status == 201
    assert other.api.get("/appointments").json["items"] == []


def test_a_page_that_does_not_exist_gives_no_form(world: Any) -> None:
    assert Visitor().get("/forms/book?booking_name=nobody").status == 404
    assert Visitor().get("/forms/book").status == 404
    locked = f"/forms/book?booking_name={world.booking_name}&service_id=nothing"
    assert Visitor().get(locked).status == 404
    start = f"/forms/book?booking_name={world.booking_name}&start=whenever"
    assert Visitor().get(start).status == 422
    assert Visitor().get(f"/forms/book?booking_name={world.booking_name}").status == 200


def test_the_first_booking_makes_a_customer_and_the_next_ones_keep_them_longer(world: Any) -> None:
    later = book(world, start="2026-12-15T10:00:00+01:00", phone=None, sms=None).json
    earlier = book(world, start="2026-12-01T10:00:00+01:00", first_name="Mallory", phone="+41791110000").json
    (customer_id,) = {find.row_of(world.id, one["id"]).customer_id for one in (later, earlier)}
    kept = find.customer(world.id, customer_id)
    assert kept is not None
    assert kept.delete_on == date(2028, 12, 15)
    latest = book(world, start="2026-12-22T10:00:00+01:00", email="Lea.Keller@example.org", phone="+41792220000").json

    ids = {find.row_of(world.id, one["id"]).customer_id for one in (later, earlier, latest)}
    assert len(ids) == 1
    known = find.customer(world.id, ids.pop())
    assert known is not None
    assert (known.first_name, known.phone) == ("Lea", "+41791110000")
    assert known.last_appointment_at == datetime(2026, 12, 22, 9, 0, tzinfo=UTC)
    assert known.delete_on == date(2028, 12, 22)
    sms_to = find.appointment(world.id, latest["id"])
    assert sms_to is not None
    assert sms_to.phone == "+41792220000"


def test_a_pointer_to_a_customer_who_is_gone_is_healed(world: Any) -> None:
    first = book(world).json
    gone = find.row_of(world.id, first["id"]).customer_id
    row = product.get(CustomerRow, f"{world.id}#customers", f"customer#{gone}")
    assert row is not None
    product.delete(row)

    again = book(world, start="2026-11-24T14:00:00+01:00")

    assert again.status == 201
    new = find.row_of(world.id, again.json["id"]).customer_id
    assert new != gone
    assert find.customer(world.id, new) is not None


def test_a_booking_over_utc_midnight_takes_both_days(table: Any, clock: Any) -> None:
    world = partners.a_partner(
        table, clock, hours="Mon-Sun 00:00-24:00", services=({"duration_minutes": 60, "interval_minutes": 30},)
    )

    first = book(world, start="2026-11-25T00:30:00+01:00")
    overlapping = book(world, start="2026-11-25T01:00:00+01:00", email="eva@example.org")
    after = book(world, start="2026-11-25T01:30:00+01:00", email="eva@example.org")

    assert [reply.status for reply in (first, overlapping, after)] == [201, 409, 201]
    assert day(world, date(2026, 11, 24)) == bitmap.span(288 - 6, 6)
    assert day(world, date(2026, 11, 25)) == bitmap.span(0, 18)


def test_an_offer_that_changed_behind_our_back_is_noticed(world: Any) -> None:
    visitor = Visitor()
    issued = [visitor.issue("book", booking_name=world.booking_name) for _ in range(2)]  # the offer is cached by now

    world.set_hours(world.employee_id, "Mon-Fri 08:00-12:00")
    closed = visitor.submit(issued[0], **filled(world, start="2026-11-24T14:00:00+01:00"))
    world.set_hours(world.employee_id, "Mon-Fri 08:00-12:00,13:00-20:00")
    opened = visitor.submit(issued[1], **filled(world, start="2026-11-24T19:00:00+01:00"))

    assert closed.json["errors"][0]["code"] == "closed"
    assert opened.status == 201


def test_questions_are_answered_as_they_were_asked(table: Any, clock: Any) -> None:
    questions = [
        {"id": "size", "label": "Grösse", "type": "choice", "required": True, "options": ["S", "L"]},
        {"id": "first", "label": "Zum ersten Mal?", "type": "boolean", "required": False},
    ]
    world = partners.a_partner(table, clock, services=({"questions": questions},))

    wrong = book(world, answers={"size": "XL", "first": "ja"})
    missing = book(world)
    right = book(world, answers={"size": "L", "first": True})

    assert [one["code"] for one in wrong.json["errors"]] == ["not_an_option", "wrong_type"]
    assert [(one["field"], one["code"]) for one in missing.json["errors"]] == [("answers.size", "missing")]
    assert find.row_of(world.id, right.json["id"]).answers == {"size": "L", "first": True}


def test_group_seats_share_one_session_and_the_last_to_leave_gives_the_time_back(table: Any, clock: Any) -> None:
    world = partners.a_partner(table, clock, services=({"capacity": 2}, {"name": "Einzeln"}))
    first = book(world, email="a@example.org")
    second = book(world, email="b@example.org")
    full = book(world, email="c@example.org")
    alone = book(world, email="d@example.org", service_id=world.service_ids[1])
    assert [reply.status for reply in (first, second, full, alone)] == [201, 201, 409, 409]
    assert day(world) == bitmap.span(9 * 12, 9)

    one_left = cancel(world, first.json["id"])
    still_taken = day(world)
    none_left = cancel(world, second.json["id"])

    assert (one_left.status, none_left.status) == (200, 200)
    assert still_taken == bitmap.span(9 * 12, 9)
    assert day(world) == 0
    assert not [row for row in stored(world) if "seats_taken" in row]


def cancel(world: Any, appointment_id: str) -> Reply:
    return world.owner.form("appointment", {"id": appointment_id, "action": "cancellation"})


def test_the_row_says_when_it_goes_and_everything_else_the_agenda_needs(world: Any) -> None:
    made = book(world, note="Bitte klingeln.").json

    row = product.get(AppointmentRow, f"{world.id}#appointments", made["id"])

    assert row is not None
    assert (row.agenda, row.lookup) == (world.id, f"{world.id}#customer#{row.customer_id}")
    assert row.expiry_shard.startswith("2028-11-24#")
    assert row.accepted_privacy == consent.version_in_force("privacy", world.clock.now.date())
    assert [(line["kind"], line["source"]) for line in row.history] == [("booked", "web")]
