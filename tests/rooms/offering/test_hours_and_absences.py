"""Hours and absences through the doors: who may set them, what is refused, and what becomes bookable."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from chalicelib.accounts import version
from tests.worlds.partners import a_partner
from tests.worlds.visitor import Visitor

TUESDAY = "2026-11-24"
MORNINGS = {"weekly": {"tue": [["08:00", "09:00"]]}, "dates": {"2026-12-01": [["20:00", "24:00"]]}}


def offered(world: Any, on: str, **query: str) -> list[str]:
    more = "".join(f"&{name}={value}" for name, value in query.items())
    path = f"/book/{world.booking_name}/times?service_id={world.service_id}&from={on}&to={on}{more}"
    (only,) = Visitor().get(path).json["days"]
    return [time["start"][11:16] for time in only["times"]]


def problems(reply: Any) -> list[tuple[str, str]]:
    assert reply.status == 422, reply.text
    assert all(one["message"] for one in reply.json["errors"])
    return [(one["field"], one["code"]) for one in reply.json["errors"]]


# Hours ----------------------------------------------------------------------------------------------------------------


def test_new_hours_are_the_answer_and_what_can_be_booked(table: Any, clock: Any) -> None:
    world = a_partner(table, clock)
    number = version.current(world.id)
    assert "10:00" in offered(world, TUESDAY)

    reply = world.owner.form("hours", {"id": world.owner_id}, **MORNINGS)

    assert reply.status == 200
    assert reply.json["weekly"]["tue"] == [["08:00", "09:00"]]
    assert reply.json["weekly"]["mon"] == []
    assert reply.json["dates"] == MORNINGS["dates"]
    assert world.owner.get(f"/employees/{world.owner_id}").json["hours"] == reply.json
    assert offered(world, TUESDAY) == ["08:00", "08:15"]
    assert offered(world, "2026-12-01") == [f"{h}:{m:02}" for h in (20, 21, 22) for m in (0, 15, 30, 45)] + [
        "23:00",
        "23:15",
    ]
    assert version.current(world.id) == number + 1


def test_an_employee_without_hours_cannot_be_booked(table: Any, clock: Any) -> None:
    world = a_partner(table, clock, hours=None)
    before = offered(world, TUESDAY)

    world.owner.form("hours", {"id": world.owner_id}, **MORNINGS)

    assert before == []
    assert offered(world, TUESDAY) == ["08:00", "08:15"]


def test_employees_set_their_own_hours_only(table: Any, clock: Any) -> None:
    world = a_partner(table, clock, employees=2)
    own, colleague = world.employee_ids[1], world.employee_ids[0]
    employee = world.sign_in("employee", own)

    allowed = employee.form("hours", {"id": own}, **MORNINGS)
    refused = employee.form("hours", {"id": colleague}, **MORNINGS)
    by_admin = world.sign_in("admin").form("hours", {"id": own}, **MORNINGS)

    assert (allowed.status, refused.status, by_admin.status) == (200, 403, 200)
    assert offered(world, TUESDAY, employee_id=own) == ["08:00", "08:15"]
    assert "10:00" in offered(world, TUESDAY, employee_id=colleague)


def test_hours_of_strangers_do_not_exist(table: Any, clock: Any) -> None:
    world, other = a_partner(table, clock), a_partner(table, clock)

    sent = world.api.send("PUT", f"/employees/{other.owner_id}/hours", MORNINGS)
    form = world.owner.get(f"/forms/hours?id={other.owner_id}")
    seen = world.api.get(f"/employees/{other.owner_id}")

    assert (sent.status, form.status, seen.status) == (404, 404, 404)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, [("weekly", "missing")]),
        ({"weekly": []}, [("weekly", "wrong_type")]),
        ({"weekly": {"mo": []}}, [("weekly.mo", "unknown_weekday")]),
        ({"weekly": {"mon": {}}}, [("weekly.mon", "wrong_type")]),
        ({"weekly": {"mon": [["08:00"]]}}, [("weekly.mon[0]", "not_an_interval")]),
        ({"weekly": {"mon": [["8:00", "9:00"]]}}, [("weekly.mon[0]", "not_a_time")]),
        ({"weekly": {"mon": [["08:01", "09:00"]]}}, [("weekly.mon[0]", "off_step")]),
        ({"weekly": {"mon": [["09:00", "08:00"]]}}, [("weekly.mon[0]", "end_before_start")]),
        ({"weekly": {"mon": [["08:00", "10:00"], ["09:00", "11:00"]]}}, [("weekly.mon[1]", "overlap")]),
        ({"weekly": {"mon": [["08:00", "08:05"]] * 11}}, [("weekly.mon", "too_many")]),
        ({"weekly": {}, "dates": {"24.12.2026": []}}, [("dates.24.12.2026", "not_a_date")]),
        ({"weekly": {}, "dates": {str(date(2026, 1, 1) + timedelta(n)): [] for n in range(401)}}, [("dates", "too_many")]),
        ({"weekly": {}, "valid_from": "2026-12-01"}, [("valid_from", "unknown_field")]),
    ],
)  # fmt: skip
def test_hours_that_no_clock_shows_are_refused(table: Any, clock: Any, body: Any, expected: Any) -> None:
    world = a_partner(table, clock)

    reply = world.api.send("PUT", f"/employees/{world.owner_id}/hours", body)

    assert problems(reply) == expected
    assert "10:00" in offered(world, TUESDAY)


# Absences -------------------------------------------------------------------------------------------------------------


def test_an_absence_closes_its_time_and_names_the_appointments_it_meets(table: Any, clock: Any) -> None:
    world = a_partner(table, clock, employees=2)
    first, second = world.employee_ids
    ten = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    met = world.appointment(ten - timedelta(minutes=30), employee_id=first, minutes=45)
    requested = world.appointment(ten + timedelta(hours=1), employee_id=first, status="requested")
    world.appointment(ten - timedelta(minutes=45), employee_id=first, minutes=45)  # ends as it begins
    world.appointment(ten + timedelta(hours=2), employee_id=first)  # begins as it ends
    world.appointment(ten, employee_id=first, status="cancelled_by_customer")
    world.appointment(ten, employee_id=second)

    reply = world.owner.form(
        "absence", employee_id=first, start="2026-11-24T10:00:00+01:00", end="2026-11-24T12:00:00+01:00", reason="Arzt"
    )

    assert reply.status == 201
    assert reply.json["affected"] == [met, requested]
    assert {k: reply.json[k] for k in ("employee_id", "start", "end", "reason")} == {
        "employee_id": first,
        "start": "2026-11-24T10:00:00+01:00",
        "end": "2026-11-24T12:00:00+01:00",
        "reason": "Arzt",
    }
    assert not [time for time in offered(world, TUESDAY, employee_id=first) if "09:15" < time < "12:00"]


def test_everybody_can_be_away_at_once(table: Any, clock: Any) -> None:
    world = a_partner(table, clock, employees=2)
    met = [world.appointment(datetime(2026, 11, 24, 9, 0, tzinfo=UTC), employee_id=one) for one in world.employee_ids]
    assert offered(world, TUESDAY) != []

    reply = world.owner.form("absence", employee_id=None, start="2026-11-24T00:00+01:00", end="2026-11-25T00:00+01:00")

    assert sorted(reply.json["affected"]) == sorted(met)
    assert reply.json["employee_id"] is None
    assert offered(world, TUESDAY) == []
    assert offered(world, "2026-11-25") != []


def test_an_absence_struck_out_gives_its_time_back(table: Any, clock: Any) -> None:
    world = a_partner(table, clock)
    absence = world.owner.form("absence", start="2026-11-24T00:00+01:00", end="2026-11-25T00:00+01:00").json
    assert offered(world, TUESDAY) == []

    reply = world.owner.form("absence-remove", {"id": absence["id"]})
    again = world.api.send("DELETE", f"/absences/{absence['id']}")

    assert (reply.status, reply.text, again.status) == (204, "", 404)
    assert offered(world, TUESDAY) != []
    assert world.owner.get("/absences").json["items"] == []


def test_absences_are_listed_by_the_dates_they_touch(table: Any, clock: Any) -> None:
    world = a_partner(table, clock)
    night = world.add_absence(
        None, datetime(2026, 11, 24, 22, 30, tzinfo=UTC), datetime(2026, 11, 24, 23, 0, tzinfo=UTC)
    )
    later = world.add_absence(None, datetime(2026, 12, 1, tzinfo=UTC), datetime(2026, 12, 8, tzinfo=UTC))

    def listed(query: str) -> list[str]:
        return [one["id"] for one in world.owner.get(f"/absences{query}").json["items"]]

    assert sorted(listed("")) == sorted([night, later])
    assert listed("?from=2026-11-24&to=2026-11-24") == [night]
    assert listed("?from=2026-11-25&to=2026-11-30") == []
    assert listed("?from=2026-12-08") == [later]
    assert listed("?to=9999-12-31&from=0001-01-01") == listed("")
    assert world.owner.get(f"/absences/{later}").json["start"] == "2026-12-01T01:00:00+01:00"


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2026-11-24T10:00+01:00", "2026-11-24T10:00+01:00", [("end", "end_before_start")]),
        ("2026-11-24T10:00+01:00", "2026-11-24T09:00+01:00", [("end", "end_before_start")]),
        ("2026-11-24T10:00+01:00", "2027-11-25T10:00:01+01:00", [("end", "too_many_days")]),
        ("0001-01-02T00:00+00:00", "0001-01-03T00:00+00:00", [("start", "too_far")]),
        ("9999-01-02T00:00+00:00", "9999-01-03T00:00+00:00", [("end", "too_far")]),
        ("2026-11-24T10:00", "2026-11-24T11:00+01:00", [("start", "no_offset")]),
        ("tomorrow", "2026-11-24T11:00+01:00", [("start", "not_an_instant")]),
        ("", "2026-11-24T11:00+01:00", [("start", "missing")]),
    ],
)
def test_an_absence_that_makes_no_sense_is_refused(
    table: Any, clock: Any, start: str, end: str, expected: list[tuple[str, str]]
) -> None:
    world = a_partner(table, clock)

    reply = world.api.send("POST", "/absences", {"employee_id": world.owner_id, "start": start, "end": end})

    assert problems(reply) == expected
    assert world.owner.get("/absences").json["items"] == []


def test_a_year_and_a_day_is_the_longest_absence(table: Any, clock: Any) -> None:
    world = a_partner(table, clock)

    reply = world.owner.form("absence", start="2026-11-24T10:00+01:00", end="2027-11-25T10:00+01:00")

    assert reply.status == 201


def test_employees_are_away_on_their_own_account_only(table: Any, clock: Any) -> None:
    world = a_partner(table, clock, employees=2)
    own, colleague = world.employee_ids[1], world.employee_ids[0]
    employee = world.sign_in("employee", own)
    period = {"start": "2026-11-24T10:00+01:00", "end": "2026-11-24T12:00+01:00"}
    of_colleague = world.add_absence(colleague, clock.now, clock.now + timedelta(hours=1))
    of_all = world.add_absence(None, clock.now, clock.now + timedelta(hours=1))

    issued = employee.issue("absence")
    made = employee.submit(issued, **period)
    forged = employee.submit(employee.issue("absence"), **period, employee_id=colleague)
    removals = [employee.form("absence-remove", {"id": one}).status for one in (of_colleague, of_all, made.json["id"])]

    assert issued["locked"] == {"employee_id": own}
    assert (made.status, made.json["employee_id"]) == (201, own)
    assert (forged.status, forged.json["code"]) == (400, "form_token_invalid")
    assert removals == [403, 403, 204]


def test_absences_of_strangers_do_not_exist(table: Any, clock: Any) -> None:
    world, other = a_partner(table, clock), a_partner(table, clock)
    absence = other.add_absence(other.owner_id, clock.now, clock.now + timedelta(hours=1))
    period = {"start": "2026-11-24T10:00+01:00", "end": "2026-11-24T12:00+01:00"}

    made = world.api.send("POST", "/absences", {**period, "employee_id": other.owner_id})
    seen = world.api.get(f"/absences/{absence}")
    struck = world.api.send("DELETE", f"/absences/{absence}")
    form = world.owner.get(f"/forms/absence-remove?id={absence}")

    assert problems(made) == [("employee_id", "not_an_employee")]
    assert (seen.status, struck.status, form.status) == (404, 404, 404)
    assert other.owner.get(f"/absences/{absence}").status == 200


def test_what_happens_to_an_offer_is_logged_without_a_reason_or_a_name(table: Any, clock: Any) -> None:
    world = a_partner(table, clock)

    world.owner.form("hours", {"id": world.owner_id}, **MORNINGS)
    made = world.owner.form("absence", start="2026-11-24T10:00+01:00", end="2026-11-24T12:00+01:00", reason="Kur")
    world.owner.form("absence-remove", {"id": made.json["id"]})

    facts = list(table.walk("activity", world.id))
    assert sorted(one["kind"]["S"] for one in facts) == ["absence.created", "absence.removed", "hours.updated"]
    assert "Kur" not in str(facts)
    assert {one["employee_id"]["S"] for one in facts} == {world.owner_id}
