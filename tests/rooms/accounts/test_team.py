"""The team: who may add and change whom, and what becomes of those who leave."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.accounts import change_employee, find, logins, reset_link, version
from chalicelib.plumbing.refusals import Conflict
from chalicelib.plumbing.visit import Visit
from tests.worlds import people, tables
from tests.worlds.browser import open_page
from tests.worlds.visitor import Reply, Visitor

BEAT = {"first_name": "Beat", "last_name": "Kern", "email": "beat@muster.example"}


@pytest.fixture
def anna(table: Any, emulator: Any) -> people.Owner:
    """A signed-in owner."""
    return people.owner(emulator.endpoint, ip="198.51.100.1")


def _change(visitor: Visitor, employee_id: str, **values: Any) -> Any:
    return visitor.form("employee", {"id": employee_id}, **values)


def test_a_new_employee_is_invited_and_comes_in_with_a_password_of_their_own(
    anna: people.Owner, emulator: Any, clock: Any
) -> None:
    number = version.current(anna.partner_id)
    made = anna.visitor.form("employee", **BEAT)
    employee_id = made.json["id"]

    assert made.status == 201
    assert made.json == {
        "id": employee_id, **BEAT, "role": "employee", "bookable": True, "active": True,
        "hours": {"weekly": {day: [] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}, "dates": {}},
    }  # fmt: skip
    assert made.json == anna.visitor.get(f"/employees/{employee_id}").json
    assert version.current(anna.partner_id) == number + 1
    (fact,) = people.facts(emulator.endpoint, "employee.added")
    assert (fact["subject_id"], fact["employee_id"]) == (employee_id, anna.employee_id)
    assert "employee.added" in str(tables.rows(emulator.endpoint, "records"))
    assert people.log_in(Visitor(), email=BEAT["email"]).status == 401
    link = reset_link.of(anna.partner_id, employee_id)
    assert link is not None
    clock.set(clock.now + timedelta(days=6, hours=23))
    beat = Visitor()
    assert beat.form("reset-password", {"token": people.token_of(link)}, password=people.PASSWORD).status == 204
    came_in = people.log_in(beat, email=BEAT["email"])
    assert (came_in.status, came_in.json["role"], came_in.json["employee_id"]) == (201, "employee", employee_id)


def test_an_invitation_is_over_after_seven_days(anna: people.Owner, clock: Any) -> None:
    employee_id = anna.visitor.form("employee", **BEAT).json["id"]
    link = reset_link.of(anna.partner_id, employee_id)
    assert link is not None
    clock.set(clock.now + timedelta(days=7))

    late = Visitor().form("reset-password", {"token": people.token_of(link)}, password=people.PASSWORD)

    assert late.status == 410


def test_an_address_that_signs_in_elsewhere_is_refused_and_nothing_is_stored(anna: people.Owner, emulator: Any) -> None:
    people.owner(emulator.endpoint, ip="198.51.100.9", email="Beat@muster.example")

    refused = anna.visitor.form("employee", **BEAT)

    assert refused.status == 422
    assert [(one["field"], one["code"]) for one in refused.json["errors"]] == [("email", "email_in_use")]
    people_there = [row for row in tables.rows(emulator.endpoint, "records") if row["sk"]["S"].startswith("employee#")]
    assert len(people_there) == 2


def test_an_account_nobody_confirmed_does_not_hold_an_address(anna: people.Owner, emulator: Any) -> None:
    people.register(email=BEAT["email"])
    token = people.confirmation_token(emulator.endpoint, BEAT["email"])

    made = anna.visitor.form("employee", **BEAT)

    assert made.status == 201
    assert Visitor().form("confirm-email", token=token).status == 410
    login = logins.of(BEAT["email"])
    assert login is not None
    assert (login.partner_id, login.status, login.expiry_shard) == (anna.partner_id, "active", None)


ROLES = ("owner", "admin", "employee")


@pytest.mark.parametrize(
    ("actor", "allowed"),
    [("owner", ROLES), ("admin", ("employee",)), ("program", ("employee",)), ("employee", ())],
)
def test_only_owners_make_owners_and_admins(anna: people.Owner, actor: str, allowed: tuple[str, ...]) -> None:
    asker = _actor(anna, actor)

    replies = {role: _ask(asker, actor, "POST", {}, {**BEAT, "email": f"{role}@kern.example", "role": role})
               for role in ROLES}  # fmt: skip

    assert {role: reply.status for role, reply in replies.items()} == {
        role: 201 if role in allowed else 403 for role in ROLES
    }
    assert {role: logins.of(f"{role}@kern.example") is not None for role in ROLES} == {
        role: role in allowed for role in ROLES
    }


CHANGES: tuple[dict[str, Any], ...] = (
    {"role": "owner"},
    {"role": "employee"},
    {"active": False},
    {"email": "anders@kern.example"},
    {"bookable": False},
)


@pytest.mark.parametrize("actor", [*ROLES, "program"])
@pytest.mark.parametrize("target", ROLES)
def test_nobody_rises_above_those_who_let_them_in(anna: people.Owner, actor: str, target: str) -> None:
    asker = _actor(anna, actor)

    for change in CHANGES:
        target_id = anna.visitor.form("employee", **{**BEAT, "email": "wer@kern.example"}, role=target).json["id"]
        reply = _ask(asker, actor, "PATCH", {"id": target_id}, change)

        ((name, value),) = change.items()
        stays = value == target
        small = name == "bookable" or stays or (target == "employee" and name != "role")
        allowed = actor == "owner" or (actor in ("admin", "program") and small)
        assert reply.status == (200 if allowed else 403), (change, reply.text)
        person = find.employee(anna.partner_id, target_id)
        assert person is not None
        assert (getattr(person, name) == value) == (allowed or stays)
        # Gone and renamed, so that the next one can have the address.
        _change(anna.visitor, target_id, active=False)


def _ask(asker: Visitor, actor: str, method: str, context: dict[str, str], values: dict[str, Any]) -> Reply:
    if actor in ("owner", "admin"):
        return asker.form("employee", context, **values)
    # A program needs no form; an employee gets none, and is turned away before the missing seal is looked at.
    return asker.send(method, "/".join(["/employees", *context.values()]), values)


def _actor(anna: people.Owner, actor: str) -> Visitor:
    if actor == "owner":
        return anna.visitor
    if actor == "program":
        key = anna.visitor.form("api-key", name="x", scopes=["read", "write"]).json["key"]
        return Visitor(key=key)
    return people.colleague(anna.visitor, role=actor, ip="198.51.100.5", email=f"{actor}@muster.example")[1]


def test_the_last_owner_stays(anna: people.Owner) -> None:
    refused = [_change(anna.visitor, anna.employee_id, **one) for one in ({"role": "admin"}, {"active": False})]

    assert [(reply.status, reply.json["code"]) for reply in refused] == [(409, "last_owner")] * 2
    assert anna.visitor.get("/partner").status == 200

    second = anna.visitor.form("employee", **BEAT, role="owner").json["id"]
    assert _change(anna.visitor, anna.employee_id, role="admin").status == 200
    person = find.employee(anna.partner_id, second)
    assert person is not None
    assert person.role == "owner"


def test_two_owners_who_demote_each_other_at_once_do_not_both_succeed(
    anna: people.Owner, dynamodb: Any, clock: Any
) -> None:
    beat_id = anna.visitor.form("employee", **BEAT, role="owner").json["id"]
    ended: list[str] = []

    def demote(actor: str, target: str) -> None:
        visit = Visit(clock.now, "r", "web", partner_id=anna.partner_id, employee_id=actor, role="owner")
        try:
            change_employee.details(visit, target, values={"role": "admin"}, also={})
        except Conflict as refused:
            ended.append(refused.code)
        else:
            ended.append("done")

    def meanwhile(operation: str, params: dict[str, Any]) -> None:
        if operation == "TransactWriteItems":
            dynamodb.breakers.clear()
            demote(beat_id, anna.employee_id)

    dynamodb.breakers.append(meanwhile)
    demote(anna.employee_id, beat_id)

    people_there = [find.employee(anna.partner_id, one) for one in (anna.employee_id, beat_id)]
    assert ended == ["done", "last_owner"]
    assert [one.role for one in people_there if one] == ["admin", "owner"]


def test_a_change_depends_on_the_owner_who_remains(anna: people.Owner, dynamodb: Any, table: Any) -> None:
    from chalicelib.accounts.records import EmployeeRow

    beat_id = anna.visitor.form("employee", **BEAT, role="owner").json["id"]
    issued = anna.visitor.issue("employee", id=beat_id)
    meanwhile: list[int] = []

    def anna_is_demoted(operation: str, params: dict[str, Any]) -> None:
        if operation == "TransactWriteItems" and not meanwhile:
            meanwhile.append(1)
            row = EmployeeRow(anna.partner_id, f"employee#{anna.employee_id}")
            table.update(row, [EmployeeRow.role.set("employee")])

    with dynamodb.breaking(anna_is_demoted):
        reply = anna.visitor.submit(issued, role="admin")

    assert meanwhile
    assert (reply.status, reply.json["code"]) == (409, "last_owner")
    person = find.employee(anna.partner_id, beat_id)
    assert person is not None
    assert person.role == "owner"


def test_who_leaves_is_signed_out_and_cannot_come_back_in(anna: people.Owner, emulator: Any) -> None:
    beat_id, beat = people.colleague(anna.visitor, role="employee", ip="198.51.100.5", email=BEAT["email"])
    assert beat.get("/partner").status == 200

    reply = _change(anna.visitor, beat_id, active=False)

    assert (reply.status, reply.json["active"]) == (200, False)
    assert beat.get("/partner").status == 401
    assert people.log_in(Visitor(), email=BEAT["email"]).status == 401
    assert logins.of(BEAT["email"]) is None
    assert reset_link.of(anna.partner_id, beat_id) is None
    assert len(people.facts(emulator.endpoint, "employee.left")) == 1


def test_who_comes_back_is_invited_anew(anna: people.Owner, emulator: Any) -> None:
    beat_id, _ = people.colleague(anna.visitor, role="employee", ip="198.51.100.5", email=BEAT["email"])
    _change(anna.visitor, beat_id, active=False)

    reply = _change(anna.visitor, beat_id, active=True)

    assert reply.json["active"] is True
    assert people.log_in(Visitor(), email=BEAT["email"]).status == 401
    assert reset_link.of(anna.partner_id, beat_id) is not None
    assert len(people.facts(emulator.endpoint, "employee.added")) == 2


def test_who_left_may_open_an_account_of_their_own(anna: people.Owner, emulator: Any) -> None:
    beat_id, _ = people.colleague(anna.visitor, role="employee", ip="198.51.100.5", email=BEAT["email"])
    _change(anna.visitor, beat_id, active=False)

    own = people.owner(emulator.endpoint, ip="198.51.100.6", email=BEAT["email"])
    back = _change(anna.visitor, beat_id, active=True)

    assert own.partner_id != anna.partner_id
    assert (back.status, back.json["errors"][0]["code"]) == (422, "email_in_use")


def test_another_role_ends_the_sessions_that_had_the_old_one(anna: people.Owner) -> None:
    beat_id, beat = people.colleague(anna.visitor, role="admin", ip="198.51.100.5", email=BEAT["email"])
    assert beat.get("/api-keys").status == 200

    _change(anna.visitor, beat_id, role="employee")

    assert beat.get("/api-keys").status == 401
    again = Visitor()
    assert people.log_in(again, email=BEAT["email"]).json["role"] == "employee"
    assert again.get("/api-keys").status == 403


def test_a_new_address_takes_the_password_along(anna: people.Owner) -> None:
    beat_id, beat = people.colleague(anna.visitor, role="employee", ip="198.51.100.5", email=BEAT["email"])

    reply = _change(anna.visitor, beat_id, email="kern@muster.example")

    assert reply.json["email"] == "kern@muster.example"
    assert beat.get("/partner").status == 401
    assert people.log_in(Visitor(), email=BEAT["email"]).status == 401
    assert people.log_in(Visitor(), email="kern@muster.example").status == 201
    assert logins.of(BEAT["email"]) is None


def test_an_address_changes_only_after_signing_in_just_now_or_with_the_own_password(
    anna: people.Owner, clock: Any
) -> None:
    beat_id, _ = people.colleague(anna.visitor, role="employee", ip="198.51.100.5", email=BEAT["email"])
    clock.set(clock.now + timedelta(minutes=14))
    assert _change(anna.visitor, beat_id, email="beat.kern@muster.example").status == 200
    clock.set(clock.now + timedelta(minutes=1))

    without = _change(anna.visitor, beat_id, email="kern@muster.example")
    of_somebody = _change(anna.visitor, beat_id, email="kern@muster.example", password="geraten 123")
    name_alone = _change(anna.visitor, beat_id, first_name="Bruno")
    with_it = _change(anna.visitor, beat_id, email="kern@muster.example", password=people.PASSWORD)

    problems = [
        (one.status, one.json["errors"][0]["field"], one.json["errors"][0]["code"]) for one in (without, of_somebody)
    ]
    assert problems == [(422, "password", "password_again"), (422, "password", "wrong_password")]
    assert (name_alone.status, name_alone.json["email"]) == (200, "beat.kern@muster.example")
    assert (with_it.status, with_it.json["email"]) == (200, "kern@muster.example")


def test_on_the_page_the_password_stands_beside_the_address_and_is_asked_for_when_it_has_to_be(
    anna: people.Owner, clock: Any
) -> None:
    beat_id, _ = people.colleague(anna.visitor, role="employee", ip="198.51.100.5", email=BEAT["email"])
    clock.set(clock.now + timedelta(hours=1))
    place = f"/employees/{beat_id}"

    kept = open_page(anna.visitor, f"/forms/employee?id={beat_id}").send(place, first_name="Bruno")
    refused = open_page(anna.visitor, f"/forms/employee?id={beat_id}").send(place, email="kern@muster.example")

    assert kept.status == 303
    assert refused.status == 422
    assert "Viertelstunde" in refused.text


def test_a_new_address_that_is_taken_changes_nothing(anna: people.Owner) -> None:
    beat_id, _ = people.colleague(anna.visitor, role="employee", ip="198.51.100.5", email=BEAT["email"])

    reply = _change(anna.visitor, beat_id, email="ANNA@muster.example", first_name="Bruno")

    assert (reply.status, reply.json["errors"][0]["code"]) == (422, "email_in_use")
    person = find.employee(anna.partner_id, beat_id)
    assert person is not None
    assert (person.first_name, person.email) == ("Beat", BEAT["email"])
    assert people.log_in(Visitor(), email=BEAT["email"]).status == 201


def test_a_name_that_changes_leaves_people_signed_in(anna: people.Owner, emulator: Any) -> None:
    beat_id, beat = people.colleague(anna.visitor, role="employee", ip="198.51.100.5", email=BEAT["email"])
    number = version.current(anna.partner_id)

    reply = _change(anna.visitor, beat_id, first_name="Bruno", bookable=False)

    assert (reply.json["first_name"], reply.json["bookable"], reply.json["last_name"]) == ("Bruno", False, "Kern")
    assert reply.json == anna.visitor.get(f"/employees/{beat_id}").json
    assert beat.get("/partner").status == 200
    assert version.current(anna.partner_id) == number + 1
    (fact,) = people.facts(emulator.endpoint, "employee.changed")
    assert "Bruno" not in str(fact)


def test_another_partners_people_are_not_there(anna: people.Owner, emulator: Any) -> None:
    other = people.owner(emulator.endpoint, ip="198.51.100.9", email="nora@neu.example")
    key = other.visitor.form("api-key", name="x", scopes=["read", "write"]).json["key"]

    assert other.visitor.get(f"/forms/employee?id={anna.employee_id}").status == 404
    issued = other.visitor.issue("employee", id=other.employee_id)
    bent = other.visitor.submit({**issued, "action": f"/employees/{anna.employee_id}"}, first_name="X")
    assert (bent.status, bent.json["code"]) == (400, "form_token_invalid")
    program = Visitor(key=key).send("PATCH", f"/employees/{anna.employee_id}", {"first_name": "X"})
    assert (program.status, program.json["code"]) == (404, "not_found")
    person = find.employee(anna.partner_id, anna.employee_id)
    assert person is not None
    assert person.first_name == "Anna"


def test_what_is_wrong_with_a_change_is_said(anna: people.Owner) -> None:
    wrong: tuple[tuple[str, Any, str], ...] = (
        ("first_name", "", "missing"),
        ("email", "beat", "not_an_email"),
        ("active", "no", "wrong_type"),
        ("bookable", None, "wrong_type"),
    )

    replies = [_change(anna.visitor, anna.employee_id, **{field: value}) for field, value, _ in wrong]

    assert [reply.status for reply in replies] == [422] * len(wrong)
    told = [[(one["field"], one["code"]) for one in reply.json["errors"]] for reply in replies]
    assert told == [[(field, code)] for field, _, code in wrong]
