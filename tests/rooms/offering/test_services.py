"""Services: made, changed, refused and listed through the doors."""

from typing import Any

import pytest

from chalicelib.accounts import version
from tests.worlds.partners import a_partner
from tests.worlds.visitor import Visitor


def kinds(table: Any, partner_id: str) -> list[str]:
    return [item["kind"]["S"] for item in table.walk("activity", partner_id)]


def problems(reply: Any) -> list[tuple[str, str]]:
    assert reply.status == 422, reply.text
    assert all(one["message"] for one in reply.json["errors"])
    return [(one["field"], one["code"]) for one in reply.json["errors"]]


def test_a_service_needs_a_name_and_a_duration_and_gets_sensible_terms(table: Any, clock: Any) -> None:
    world = a_partner(table, clock)

    reply = world.owner.form("service", name="Haarschnitt", duration_minutes=30)

    assert reply.status == 201
    assert {**reply.json, "id": None} == {
        "id": None,
        "name": "Haarschnitt",
        "duration_minutes": 30,
        "buffer_before_minutes": 0,
        "buffer_after_minutes": 0,
        "interval_minutes": 15,
        "lead_time_minutes": 0,
        "horizon_days": 365,
        "cancel_until_hours": 24,
        "price_rappen": 0,
        "currency": "CHF",
        "capacity": 1,
        "employee_ids": [],
        "active": True,
        "reminder_hours": [24],
        "questions": [],
    }
    assert world.owner.get(f"/services/{reply.json['id']}").json == reply.json


def test_the_form_publishes_the_terms_it_starts_with(table: Any, clock: Any) -> None:
    world = a_partner(table, clock)

    fields = {one["name"]: one for one in world.owner.issue("service")["fields"]}

    assert (fields["horizon_days"]["default"], fields["horizon_days"]["maximum"]) == (365, 730)
    assert fields["reminder_hours"]["default"] == [24]
    assert fields["employee_ids"]["options"] == list(world.employee_ids)
    assert "default" not in fields["name"]


def test_the_form_of_a_change_shows_what_is_now(table: Any, clock: Any) -> None:
    world = a_partner(table, clock, services=({"price_rappen": 9_900},))

    issued = world.owner.issue("service", id=world.service_id)

    assert (issued["method"], issued["action"]) == ("PATCH", f"/services/{world.service_id}")
    assert {one["name"]: one.get("default") for one in issued["fields"]}["price_rappen"] == 9_900


def test_a_new_service_can_be_booked_at_once(table: Any, clock: Any) -> None:
    world = a_partner(table, clock)
    public = f"/book/{world.booking_name}"
    assert len(Visitor().get(public).json["services"]) == 1

    world.owner.form("service", name="Haarschnitt", duration_minutes=30)

    assert sorted(one["name"] for one in Visitor().get(public).json["services"]) == ["Beratung", "Haarschnitt"]


def test_a_change_touches_only_what_it_names(table: Any, clock: Any) -> None:
    world = a_partner(table, clock, services=({"price_rappen": 5_000, "buffer_after_minutes": 10},))
    number = version.current(world.id)

    reply = world.owner.form("service", {"id": world.service_id}, duration_minutes=60, active=False)

    assert reply.status == 200
    assert (reply.json["duration_minutes"], reply.json["active"]) == (60, False)
    assert (reply.json["price_rappen"], reply.json["buffer_after_minutes"]) == (5_000, 10)
    assert world.owner.get(f"/services/{world.service_id}").json == reply.json
    assert version.current(world.id) == number + 1


def test_every_change_is_in_the_action_log(table: Any, clock: Any) -> None:
    world = a_partner(table, clock)

    world.owner.form("service", name="Haarschnitt", duration_minutes=30)
    world.owner.form("service", {"id": world.service_id}, price_rappen=1)
    world.owner.form("service", {"id": world.service_id})

    assert sorted(kinds(table, world.id)) == ["service.created", "service.updated"]


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("duration_minutes", 0, "too_small"),
        ("duration_minutes", 725, "too_large"),
        ("duration_minutes", 7, "off_step"),
        ("duration_minutes", True, "wrong_type"),
        ("duration_minutes", 30.0, "wrong_type"),
        ("duration_minutes", 10**15, "too_large"),
        ("buffer_before_minutes", -5, "too_small"),
        ("buffer_after_minutes", 3, "off_step"),
        ("interval_minutes", 0, "too_small"),
        ("horizon_days", 731, "too_large"),
        ("capacity", 0, "too_small"),
        ("price_rappen", "12", "wrong_type"),
        ("reminder_hours", [1, 2, 3, 4, 5, 6], "too_many"),
        ("reminder_hours", [0], "too_small"),
        ("reminder_hours", [337], "too_large"),
        ("reminder_hours", [24, 24], "twice"),
        ("employee_ids", "all", "wrong_type"),
        ("questions", {}, "wrong_type"),
        ("name", "x" * 101, "too_long"),
        ("active", "ja", "wrong_type"),
        ("color", "red", "unknown_field"),
    ],
)
def test_what_a_service_cannot_be_is_refused(table: Any, clock: Any, field: str, value: Any, code: str) -> None:
    world = a_partner(table, clock)
    body = {"name": "Haarschnitt", "duration_minutes": 30, field: value}

    made = world.api.send("POST", "/services", body)
    changed = world.api.send("PATCH", f"/services/{world.service_id}", {field: value})

    assert problems(made) == problems(changed) == [(field, code)]
    assert len(world.owner.get("/services").json["items"]) == 1


def test_a_change_cannot_empty_what_a_service_needs(table: Any, clock: Any) -> None:
    world = a_partner(table, clock)

    unnamed = world.api.send("PATCH", f"/services/{world.service_id}", {"name": ""})
    emptied = world.api.send("PATCH", f"/services/{world.service_id}", {"duration_minutes": "", "employee_ids": ""})

    assert problems(unnamed) == [("name", "missing")]
    assert sorted(problems(emptied)) == [("duration_minutes", "wrong_type"), ("employee_ids", "wrong_type")]


def test_only_own_employees_can_offer_a_service(table: Any, clock: Any) -> None:
    world, other = a_partner(table, clock), a_partner(table, clock)
    body = {"name": "Haarschnitt", "duration_minutes": 30}

    foreign = world.api.send("POST", "/services", {**body, "employee_ids": [world.owner_id, other.owner_id]})
    own = world.api.send("POST", "/services", {**body, "employee_ids": [world.owner_id]})

    assert problems(foreign) == [("employee_ids[1]", "not_an_employee")]
    assert (own.status, own.json["employee_ids"]) == (201, [world.owner_id])


def test_questions_are_kept_as_asked_and_get_an_id(table: Any, clock: Any) -> None:
    world = a_partner(table, clock)
    asked = [
        {"label": " Welche Farbe? ", "type": "choice", "options": ["Rot", "Blau"], "required": True},
        {"id": "q1", "label": "Bemerkung", "type": "lines"},
    ]

    reply = world.owner.form("service", name="Haarschnitt", duration_minutes=30, questions=asked)

    assert reply.json["questions"] == [
        {"id": "q2", "label": "Welche Farbe?", "type": "choice", "options": ["Rot", "Blau"], "required": True},
        {"id": "q1", "label": "Bemerkung", "type": "lines", "required": False},
    ]


@pytest.mark.parametrize(
    ("question", "where", "code"),
    [
        ({"type": "text"}, ".label", "not_a_label"),
        ({"label": "a\nb", "type": "text"}, ".label", "not_a_label"),
        ({"label": "x" * 201, "type": "text"}, ".label", "not_a_label"),
        ({"label": "A", "type": "file"}, ".type", "not_an_option"),
        ({"label": "A", "type": ["text"]}, ".type", "not_an_option"),
        ({"label": "A", "type": "choice"}, ".options", "options_needed"),
        ({"label": "A", "type": "choice", "options": ["a", "a "]}, ".options", "options_needed"),
        ({"label": "A", "type": "choice", "options": ["a", 1]}, ".options", "options_needed"),
        ({"label": "A", "type": "text", "options": ["a", "b"]}, ".options", "options_needed"),
        ({"label": "A", "type": "text", "required": "yes"}, ".required", "wrong_type"),
        ({"label": "A", "type": "text", "id": "Ä"}, ".id", "not_an_id"),
        ({"label": "A", "type": "text", "id": ["x"]}, ".id", "not_an_id"),
        ({"label": "A", "type": "text", "hint": "x"}, ".hint", "unknown_field"),
    ],
)
def test_a_question_nobody_could_answer_is_refused(
    table: Any, clock: Any, question: dict[str, Any], where: str, code: str
) -> None:
    world = a_partner(table, clock)

    reply = world.api.send("PATCH", f"/services/{world.service_id}", {"questions": [question]})

    assert problems(reply) == [(f"questions[0]{where}", code)]


def test_twenty_questions_are_enough_and_ids_are_not_shared(table: Any, clock: Any) -> None:
    world = a_partner(table, clock)
    path, one = f"/services/{world.service_id}", {"label": "A", "type": "text"}

    most = world.api.send("PATCH", path, {"questions": [one] * 20})
    more = world.api.send("PATCH", path, {"questions": [one] * 21})
    twice = world.api.send("PATCH", path, {"questions": [{**one, "id": "x"}, {**one, "id": "x"}]})

    assert (most.status, len({q["id"] for q in most.json["questions"]})) == (200, 20)
    assert problems(more) == [("questions", "too_many")]
    assert problems(twice) == [("questions[1].id", "twice")]


def test_services_of_others_do_not_exist(table: Any, clock: Any) -> None:
    world, other = a_partner(table, clock), a_partner(table, clock)
    path = f"/services/{other.service_id}"

    seen = world.api.get(path)
    changed = world.api.send("PATCH", path, {"price_rappen": 1})
    odd = world.api.send("PATCH", "/services/no-such-thing", {"price_rappen": 1})
    form = world.owner.get(f"/forms/service?id={other.service_id}")

    assert [one.status for one in (seen, changed, odd, form)] == [404] * 4
    assert other.owner.get(path).json["price_rappen"] == 12_000


def test_employees_may_look_but_not_change(table: Any, clock: Any) -> None:
    world = a_partner(table, clock)
    employee, admin = world.sign_in("employee"), world.sign_in("admin")

    assert employee.get("/services").status == 200
    assert employee.get("/forms/service").status == 403
    assert admin.form("service", name="Haarschnitt", duration_minutes=30).status == 201
    assert Visitor().get("/services").status == 401
    assert world.with_key("appointments:read").get("/services").status == 403
    assert world.with_key("services:read").send("POST", "/services", {}).status == 403


def test_lists_come_in_pages(table: Any, clock: Any) -> None:
    world = a_partner(table, clock, services=({}, {}, {}))

    first = world.owner.get("/services?limit=2").json
    second = world.owner.get(f"/services?limit=2&cursor={first['next']}").json

    assert (len(first["items"]), len(second["items"]), second["next"]) == (2, 1, None)
    assert sorted(one["id"] for one in first["items"] + second["items"]) == sorted(world.service_ids)
    assert world.owner.get(f"/employees?limit=2&cursor={first['next']}").status == 400


def test_the_same_form_twice_makes_one_service(table: Any, clock: Any) -> None:
    world = a_partner(table, clock)
    issued = world.owner.issue("service")

    first = world.owner.submit(issued, name="Haarschnitt", duration_minutes=30)
    again = world.owner.submit(issued, name="Haarschnitt", duration_minutes=30)
    other = world.owner.submit(issued, name="Färben", duration_minutes=30)

    assert (first.status, again.status, other.status) == (201, 201, 409)
    assert first.json == again.json
    assert len(world.owner.get("/services").json["items"]) == 2
