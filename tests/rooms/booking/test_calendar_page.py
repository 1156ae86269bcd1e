"""The calendar of the desk without scripts: what it shows, what it costs, and everything that can be done from it."""

import json
import os
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.rooms.booking.test_budget import Bill
from tests.worlds import partners, tables
from tests.worlds.browser import Opened, open_page, read
from tests.worlds.partners import World
from tests.worlds.visitor import Reply

ZURICH = ZoneInfo("Europe/Zurich")
TUESDAY = datetime(2026, 11, 24, 10, 0, tzinfo=ZURICH)
COURSE = {"name": "Kurs", "capacity": 6, "duration_minutes": 90}


@pytest.fixture
def world(table: Any, clock: Any) -> World:
    return partners.a_partner(table, clock, employees=2, services=({"name": "Haarschnitt"}, COURSE))


def reads(world: World) -> list[dict[str, Any]]:
    """The facts of customers that were read."""
    rows = tables.rows(os.environ["AWS_ENDPOINT_URL"], "activity")
    return [row for row in rows if row["pk"]["S"] == world.id and row["kind"]["S"] == "customer.read"]


def plain(page: Opened) -> str:
    """The words of a page."""
    return " ".join(re.sub(r"<style.*?</style>|<[^>]+>", " ", page.text, flags=re.DOTALL).split())


def to(reply: Reply) -> str:
    """Where a browser is sent."""
    assert reply.status == 303, reply.text
    return reply.header("location") or ""


def follow(world: World, reply: Reply) -> Opened:
    return open_page(world.owner, to(reply).partition("#")[0])


def test_a_week_costs_one_query_one_read_of_names_and_one_fact(world: World, dynamodb: Any) -> None:
    people = [world.customer(first_name="Lea", last_name=f"Nummer {n}") for n in range(3)]
    for n, customer in enumerate([*people, people[0]]):
        world.appointment(TUESDAY + timedelta(days=n % 3, hours=n // 3), customer_id=customer)
    world.owner.get("/appointments?from=2026-12-24&to=2026-12-24")

    with Bill(dynamodb) as bill:
        page = open_page(world.owner, "/appointments?view=week&day=2026-11-25")

    assert page.reply.status == 200
    assert page.text.count("data-appointment") == 4
    queries = [params for name, params in bill.asked if name == "Query"]
    assert [params.get("IndexName") for params in queries] == ["agenda"]
    assert bill.operations.count("BatchGetItem") == 1
    assert bill.operations.count("TransactWriteItems") == 1
    (fact,) = reads(world)
    assert all(customer in str(fact["detail"]) for customer in people)
    assert "Nummer" not in str(fact)


def test_who_booked_over_a_time_that_is_taken_elsewhere_is_told_so_in_the_week(world: World) -> None:
    week = "/appointments?view=week&day=2026-11-25"

    told, untold = open_page(world.owner, f"{week}&elsewhere=1"), open_page(world.owner, week)

    assert "laut ihrem eigenen Kalender" in plain(told)
    assert "laut ihrem eigenen Kalender" not in plain(untold)


def test_a_program_gets_a_page_of_them_and_a_person_all_and_what_either_saw_is_written_down(world: World) -> None:
    for n in range(60):
        world.appointment(TUESDAY + timedelta(minutes=5 * n), minutes=5)

    whole = open_page(world.owner, "/appointments")
    by_page = [len(json.loads(row["detail"]["S"])["customer_ids"]) for row in reads(world)]
    listed = world.owner.get("/appointments").json

    assert whole.text.count("data-appointment") == 60
    assert (len(listed["items"]), listed["next"] is not None) == (50, True)
    assert sorted(by_page) == [10, 50]
    assert len(reads(world)) == 3
    assert [len(world.owner.get(f"/appointments?{query}").json["items"]) for query in (
        "view=day&day=2026-11-24", "day=2026-11-25&limit=10", "view=day&day=2026-11-25",
    )] == [60, 10, 0]  # fmt: skip


def test_seats_of_a_session_stand_together_and_what_was_called_off_stands_aside(world: World) -> None:
    for name in ("Anna", "Bea"):
        world.appointment(TUESDAY, customer_id=world.customer(first_name=name), service_id=world.service_ids[1])
    world.appointment(TUESDAY, customer_id=world.customer(first_name="Cleo"), status="cancelled_by_customer")

    week = open_page(world.owner, "/appointments?view=week&day=2026-11-24")
    listed = open_page(world.owner, "/appointments?view=list&day=2026-11-24")

    assert week.text.count('class="session"') == 1
    assert "2 von 6 Plätzen" in plain(week)
    assert "1 abgesagt" in plain(week)
    assert "Cleo" in listed.text
    assert "Cleo" not in week.text
    assert "Durch Kundschaft abgesagt" in plain(listed)


def test_a_day_has_a_column_and_a_sheet_for_each_who_works(world: World) -> None:
    customer = world.customer(first_name="Lea", phone="+41791234567")
    world.appointment(TUESDAY, customer_id=customer, note="Bitte hinten klingeln")
    world.add_absence(world.employee_ids[1], TUESDAY, TUESDAY + timedelta(hours=2))

    page = open_page(world.owner, "/appointments?view=day&day=2026-11-24")

    assert page.text.count('<li class="column') == 2
    sheet = page.text.partition('class="day-sheet"')[2]
    assert all(word in sheet for word in ("10:00–10:45", "Lea Keller", "Haarschnitt", "+41791234567", "Bitte hinten"))
    assert "Abwesend ab 10:00 bis 12:00" in plain(page)


def test_a_free_place_becomes_an_appointment_that_stands_in_the_week(world: World) -> None:
    day = open_page(world.owner, "/appointments?view=day&day=2026-11-25")
    (way,) = re.findall(rf'href="(/forms/appointment\?start=2026-11-25T14%3A00[^"]*{world.employee_ids[1]})"', day.text)

    form = open_page(world.owner, way.replace("&amp;", "&"))
    made = form.send("/appointments", service_id=world.service_id, first_name="Rosa", last_name="Huber")

    held = form.form("/appointments").held
    assert (held["start_local"], held["employee_id"]) == ("2026-11-25T14:00", world.employee_ids[1])
    page = follow(world, made)
    assert "Rosa Huber" in page.text
    assert "Der Termin ist eingetragen." in plain(page)


def test_somebody_who_was_here_before_is_found_by_name_and_not_added_again(world: World) -> None:
    world.customer(first_name="Élodie", last_name="Favre")
    world.customer(first_name="Marco", last_name="Rossi")
    start = "2026-11-25T14:00:00%2B01:00"

    found = open_page(world.owner, f"/forms/appointment?start={start}&q=elo+FAV")
    (way,) = re.findall(r'href="(/forms/appointment\?[^"]*customer_id=[^"]*)"', found.text)
    form = open_page(world.owner, way.replace("&amp;", "&"))
    made = form.send("/appointments", service_id=world.service_id)

    assert "Marco" not in found.text
    assert "first_name" not in form.form("/appointments").names
    assert form.form("/appointments").held["start_local"] == "2026-11-25T14:00"
    assert "Élodie Favre" in follow(world, made).text
    assert len(world.owner.get("/customers").json["items"]) == 2
    assert len(reads(world)) >= 3


def test_a_time_that_is_taken_keeps_what_was_typed_and_offers_others(world: World) -> None:
    world.appointment(TUESDAY)
    form = open_page(world.owner, "/forms/appointment")

    refused = form.send(
        "/appointments", service_id=world.service_id, employee_id=world.employee_id, start_local="2026-11-24T10:15",
        first_name="Rosa", last_name="Huber", note="Kommt mit Hund", sms=["false", "true"], phone="079 123 45 67",
    )  # fmt: skip
    page = read(world.owner, refused)
    others, again = [one for one in page.forms if one.action == "/appointments" and one.method == "post"]
    made = page.visitor.send(
        "POST", "/appointments", others.body(start=others.boxes["start"][0]),
        {"accept": "text/html", "content-type": "application/x-www-form-urlencoded"},
    )  # fmt: skip

    assert refused.status == 409
    assert (again.held["start_local"], again.held["first_name"]) == ("2026-11-24T10:15", "Rosa")
    assert again.held["note"] == "Kommt mit Hund"
    assert len(others.boxes["start"]) == 5
    assert "Rosa Huber" in follow(world, made).text


def test_the_page_of_an_appointment_ends_it_and_leads_back_to_its_week(world: World, clock: Any) -> None:
    appointment = world.appointment(TUESDAY, note="Erste Zeile\nzweite Zeile")
    early = open_page(world.owner, f"/appointments/{appointment}")

    clock.set(TUESDAY.astimezone(UTC) + timedelta(hours=1))
    world.owner = world.sign_in()
    page = open_page(world.owner, f"/appointments/{appointment}")
    done = page.send(f"/appointments/{appointment}", status="completed")

    assert "Hat stattgefunden" not in early.text
    assert to(done).startswith("/appointments?view=week&day=2026-11-24&done=booking.set_appointment_status#a-")
    assert "✓" not in page.text
    assert "Erfolgt" in follow(world, done).text
    assert "Hat stattgefunden" in plain(open_page(world.owner, f"/appointments/{appointment}"))


def test_cancelling_says_why_and_gives_the_time_back(world: World) -> None:
    appointment = world.appointment(TUESDAY)

    page = open_page(world.owner, f"/appointments/{appointment}")
    done = page.send("/cancellation", reason="Krank")

    assert "done=booking.cancel_appointment" in to(done)
    after = open_page(world.owner, f"/appointments/{appointment}")
    assert "Krank" in after.text
    assert "Abgesagt" in plain(after)
    assert [one for one in after.forms if one.action.startswith("/appointments")] == []


def test_an_appointment_moves_to_a_free_time_or_to_any_other(world: World) -> None:
    appointment = world.appointment(TUESDAY)
    page = open_page(world.owner, f"/forms/appointment?id={appointment}&action=move")
    free, typed = [one for one in page.forms if one.action.endswith("/move")]

    chosen = next(start for start in free.boxes["start"] if start.startswith("2026-11-25T13:30"))
    first = page.visitor.send(
        "POST", free.action, free.body(start=chosen),
        {"accept": "text/html", "content-type": "application/x-www-form-urlencoded"},
    )  # fmt: skip
    page = open_page(world.owner, f"/forms/appointment?id={appointment}&action=move")
    evening = [one for one in page.forms if one.action.endswith("/move")][-1]
    second = page.visitor.send(
        "POST", evening.action, evening.body(start_local="2026-11-28T20:30", employee_id=world.employee_ids[1]),
        {"accept": "text/html", "content-type": "application/x-www-form-urlencoded"},
    )  # fmt: skip

    assert typed.held["start_local"] == "2026-11-24T10:00"
    assert "done=booking.move_appointment" in to(first)
    assert evening.held["start_local"] == "2026-11-25T13:30"
    assert "day=2026-11-28" in to(second)
    moved = world.owner.get(f"/appointments/{appointment}").json
    assert (moved["start"], moved["employee_id"]) == ("2026-11-28T20:30:00+01:00", world.employee_ids[1])


def test_an_employee_sees_everything_and_changes_only_what_is_theirs(world: World) -> None:
    mine = world.appointment(TUESDAY, employee_id=world.employee_ids[1])
    foreign = world.appointment(TUESDAY, employee_id=world.employee_ids[0])
    nora = world.sign_in("employee", world.employee_ids[1])

    own, other = (open_page(nora, f"/appointments/{one}") for one in (mine, foreign))
    week = open_page(nora, "/appointments?view=week&day=2026-11-24")

    assert own.form("/cancellation").action.endswith(f"{mine}/cancellation")
    assert [one for one in other.forms if one.action.startswith("/appointments")] == []
    assert "bei jemand anderem" in plain(other)
    assert re.findall(r'data-appointment="(\w+)" data-movable', week.text) == [mine]


def test_an_empty_desk_says_what_comes_next(table: Any, clock: Any) -> None:
    bare = partners.a_partner(table, clock, services=())
    ready = partners.a_partner(table, clock)

    first, second = (open_page(one.owner, "/appointments") for one in (bare, ready))

    assert 'href="/forms/service"' in first.text
    assert f"/book/{ready.booking_name}" in second.text
    assert reads(bare) == []


@pytest.mark.parametrize("query", ["view=month", "day=yesterday", "view=week&day=9999-12-31"])
def test_what_no_calendar_has_is_refused(world: World, query: str) -> None:
    assert open_page(world.owner, f"/appointments?{query}").reply.status == 422
    assert open_page(world.owner, "/appointments?view=&day=&employee_id=").reply.status == 200


def test_the_questions_of_a_service_are_asked_at_the_desk_too(table: Any, clock: Any) -> None:
    hair = {"id": "haar", "label": "Wie lang?", "type": "choice", "required": True, "options": ["kurz", "lang"]}
    new = {"id": "neu", "label": "Zum ersten Mal?", "type": "boolean", "required": False}
    salon = partners.a_partner(
        table, clock, services=({"name": "Farbe", "questions": [hair, new]}, {"name": "Kurs", "questions": [hair]})
    )
    who = {"first_name": "Lea", "last_name": "Keller", "start_local": "2026-11-24T10:00"}

    page = open_page(salon.owner, f"/forms/appointment?service_id={salon.service_id}")
    refused = read(salon.owner, page.send("/appointments", **who, **{"answers.haar": "grün", "answers.neu": "true"}))
    made = refused.send("/appointments", **{"answers.haar": "lang"})

    assert f'data-asked="{salon.service_id}">' in page.text
    assert f'data-asked="{salon.service_ids[1]}" hidden disabled>' in page.text
    assert refused.reply.status == 422
    assert made.status == 303
    (stored,) = salon.owner.get("/appointments?from=2026-11-24&to=2026-11-24").json["items"]
    assert stored["answers"] == {"haar": "lang", "neu": True}
