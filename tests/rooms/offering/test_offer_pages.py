"""The desk's pages of offer and team, as somebody without scripts uses them: services, people, hours, absences."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.worlds.browser import Opened, open_page, read
from tests.worlds.partners import World, a_partner
from tests.worlds.visitor import Visitor

TUESDAY = "2026-11-24"
NINE = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


@pytest.fixture
def world(table: Any, clock: Any) -> World:
    return a_partner(table, clock, employees=2)


def after(page: Opened, action: str = "", **typed: Any) -> Opened:
    """The page that a browser shows after a form was accepted."""
    reply = page.send(action, **{name.replace("__", "."): value for name, value in typed.items()})
    assert reply.status == 303, reply.text
    return open_page(page.visitor, str(reply.header("location")))


def refused(page: Opened, **typed: Any) -> Opened:
    """The form as it comes back."""
    reply = page.send(**{name.replace("__", "."): value for name, value in typed.items()})
    assert reply.status == 422, reply.text
    return read(page.visitor, reply)


# Services -------------------------------------------------------------------------------------------------------------


def test_a_new_partner_is_led_to_a_first_service_and_from_there_to_working_hours(table: Any, clock: Any) -> None:
    world = a_partner(table, clock, services=(), hours=None)

    before = open_page(world.owner, "/services")
    page = after(
        open_page(world.owner, "/forms/service"), name="Haarschnitt", duration_minutes="40", price_chf="85.50",
        questions__0__label="Wie lang ist Ihr Haar?", questions__0__type="choice", questions__0__required="true",
        questions__0__options="kurz\r\nlang\r\n",
    )  # fmt: skip

    (service,) = world.owner.get("/services").json["items"]
    assert 'href="/forms/service"' in before.text
    assert (service["name"], service["duration_minutes"], service["price_rappen"]) == ("Haarschnitt", 40, 8550)
    assert service["reminder_hours"] == [24]
    assert service["employee_ids"] == []
    assert service["questions"] == [
        {
            "id": "q1", "label": "Wie lang ist Ihr Haar?", "type": "choice", "required": True,
            "options": ["kurz", "lang"],
        }
    ]  # fmt: skip
    assert "CHF 85.50" in page.text
    assert "40 min" in page.text
    assert 'role="status"' in page.text
    assert "Noch hat niemand Arbeitszeiten" in page.text
    assert f"/book/{world.booking_name}?service_id={service['id']}" in page.text


def test_a_service_is_changed_from_what_it_is_and_lists_can_be_emptied(world: World) -> None:
    one, other = world.employee_ids
    question = {"id": "haar", "label": "Länge?", "type": "text", "required": True}
    service = world.add_service(
        name="Farbe", price_rappen=19_000, employee_ids=[one], questions=[question], reminder_hours=[48, 24]
    )
    page = open_page(world.owner, f"/forms/service?id={service}")
    held = page.form().held

    unchanged = page.send()
    kept = world.owner.get(f"/services/{service}").json
    page = open_page(world.owner, f"/forms/service?id={service}")
    unticked = [value for name, value in page.form().pairs if name == "employee_ids" and value != one]
    after(page, employee_ids=unticked, questions__0__label="", reminder_hours=["", "", ""], active="false")

    changed = world.owner.get(f"/services/{service}").json
    assert (held["price_chf"], held["questions.0.label"], held["active"]) == ("190.00", "Länge?", "true")
    assert unchanged.status == 303
    assert (kept["price_rappen"], kept["employee_ids"], kept["questions"]) == (19_000, [one], [question])
    assert kept["reminder_hours"] == [48, 24]
    assert other in page.form().boxes["employee_ids"]
    assert (changed["employee_ids"], changed["questions"], changed["reminder_hours"]) == ([], [], [])
    assert changed["active"] is False


def test_a_refused_service_comes_back_with_every_row_as_it_was_typed(world: World) -> None:
    page = refused(
        open_page(world.owner, "/forms/service"), name="Kurs", duration_minutes="42", price_chf="viel",
        questions__1__label="Welche Farbe?", questions__1__type="choice", questions__1__options="rot",
        reminder_hours=["48", ""], employee_ids=["", world.owner_id],
    )  # fmt: skip

    held = page.form().held
    assert (held["name"], held["duration_minutes"], held["price_chf"]) == ("Kurs", "42", "viel")
    assert (held["questions.0.label"], held["questions.0.options"]) == ("Welche Farbe?", "rot")
    assert held["employee_ids"] == world.owner_id
    assert 'value="48"' in page.text
    assert 'id="f-price_rappen-error">' in page.text
    assert len(world.owner.get("/services").json["items"]) == 1


def test_a_wrong_question_has_its_problem_beside_it(world: World) -> None:
    page = refused(
        open_page(world.owner, "/forms/service"), name="Kurs", duration_minutes="40", price_chf="10",
        questions__2__label="Welche Farbe?", questions__2__type="choice", questions__2__options="rot",
    )  # fmt: skip

    assert 'id="f-questions.0-error">Eine Auswahl braucht' in page.text
    assert 'id="f-questions.1-error" hidden' in page.text


def test_a_service_is_switched_off_and_on_where_it_stands(world: World) -> None:
    public = f"/book/{world.booking_name}"
    assert len(Visitor().get(public).json["services"]) == 1

    page = after(open_page(world.owner, "/services"), f"/services/{world.service_id}")
    off = Visitor().get(public).json["services"]
    after(page, f"/services/{world.service_id}")

    assert off == []
    assert "Ausgeschaltet" in page.text
    assert len(Visitor().get(public).json["services"]) == 1


def test_the_switch_on_the_list_is_sealed_for_nothing_else(world: World) -> None:
    page = open_page(world.owner, "/services")

    dearer = page.send(f"/services/{world.service_id}", active="false", price_rappen="1")
    off = page.send(f"/services/{world.service_id}", active="false")

    assert dearer.status == 400
    assert off.status == 303
    assert len(page.form(f"/services/{world.service_id}").held["_token"]) < 600  # it does not grow with the team


def test_employees_see_the_offer_and_change_nothing(world: World) -> None:
    employee = world.sign_in("employee", world.employee_ids[1])

    services = open_page(employee, "/services")
    one = open_page(employee, f"/services/{world.service_id}")
    team = open_page(employee, "/employees")

    assert "Beratung" in services.text
    assert "CHF 120.00" in one.text
    assert f"/forms/hours?id={world.employee_ids[1]}" in team.text
    assert f"/forms/hours?id={world.employee_ids[0]}" not in team.text
    for page in (services, one, team):
        assert "/forms/service" not in page.text
        assert [form.action for form in page.forms] == ["/sessions/current"]


# The team -------------------------------------------------------------------------------------------------------------


def test_somebody_new_is_invited_and_gets_working_hours_next(world: World) -> None:
    hours = after(
        open_page(world.owner, "/forms/employee"), first_name="Ada", last_name="Meier", email="ada@example.ch"
    )
    team = open_page(world.owner, "/employees")

    assert "Arbeitszeiten von Ada Meier" in hours.text
    assert 'role="status"' in hours.text
    assert "Eingeladen" in team.text
    assert "Noch keine Arbeitszeiten" in team.text
    assert "<strong>Mo–Fr</strong> 08:00–12:00, 13:00–18:00" in team.text


def test_a_page_of_one_person_shows_that_one(world: World) -> None:
    one, other = world.employee_ids

    page = open_page(world.owner, f"/employees/{other}")
    nobody = open_page(world.owner, "/employees/nobody")

    assert f"/forms/hours?id={other}" in page.text
    assert f"/forms/hours?id={one}" not in page.text
    assert nobody.reply.status == 404


def test_an_admin_is_offered_only_the_roles_that_admins_may_give(world: World) -> None:
    admin = world.sign_in("admin")

    new = open_page(admin, "/forms/employee")
    old = open_page(admin, f"/forms/employee?id={world.owner_id}")
    by_owner = open_page(world.owner, "/forms/employee")

    assert ('value="employee"' in new.text, 'value="owner"' in new.text) == (True, False)
    assert ('value="owner"' in old.text, 'value="admin"' in old.text) == (True, False)
    assert 'value="owner"' in by_owner.text


def test_somebody_who_left_cannot_be_booked_and_can_come_back(world: World) -> None:
    colleague = world.employee_ids[1]

    page = after(open_page(world.owner, "/employees"), f"/employees/{colleague}")
    left = world.owner.get(f"/employees/{colleague}").json["active"]
    after(page, f"/employees/{colleague}")

    assert left is False
    assert "Nicht mehr hier" in page.text
    assert world.owner.get(f"/employees/{colleague}").json["active"] is True


def test_a_person_is_changed_from_what_they_are(world: World) -> None:
    colleague = world.employee_ids[1]
    page = open_page(world.owner, f"/forms/employee?id={colleague}")
    before = world.owner.get(f"/employees/{colleague}").json

    after(page, first_name="Zoé", bookable="false")

    changed = world.owner.get(f"/employees/{colleague}").json
    assert changed == {**before, "first_name": "Zoé", "bookable": False}


# Hours ----------------------------------------------------------------------------------------------------------------


def test_a_week_with_a_noon_and_a_date_that_differs(table: Any, clock: Any) -> None:
    world = a_partner(table, clock, hours=None)
    page = open_page(world.owner, f"/forms/hours?id={world.owner_id}")

    team = after(
        page,
        weekly__mon__0__0="08:00", weekly__mon__0__1="12:00", weekly__mon__1__0="13:00", weekly__mon__1__1="18:30",
        weekly__fri__1__0="20:00", weekly__fri__1__1="00:00",
        dates__0__key="2026-12-24", dates__0__value__0__0="08:00", dates__0__value__0__1="11:00",
        dates__2__key="2026-12-31",
    )  # fmt: skip
    hours = world.owner.get(f"/employees/{world.owner_id}").json["hours"]
    again = open_page(world.owner, f"/forms/hours?id={world.owner_id}")
    same = after(again)

    assert hours["weekly"]["mon"] == [["08:00", "12:00"], ["13:00", "18:30"]]
    assert hours["weekly"]["fri"] == [["20:00", "24:00"]]
    assert hours["weekly"]["tue"] == []
    assert hours["dates"] == {"2026-12-24": [["08:00", "11:00"]], "2026-12-31": []}
    assert "<strong>Mo</strong> 08:00–12:00, 13:00–18:30" in team.text
    assert again.form().held["weekly.fri.0.1"] == "00:00"
    assert again.form().held["weekly.mon.2.0"] == ""
    assert same.reply.status == 200
    assert world.owner.get(f"/employees/{world.owner_id}").json["hours"] == hours


def test_refused_hours_come_back_as_typed_with_the_problem_beside_the_day(world: World) -> None:
    page = refused(
        open_page(world.owner, f"/forms/hours?id={world.owner_id}"),
        weekly__tue__0__0="09:00", weekly__tue__0__1="08:00", weekly__wed__1__0="13:00", weekly__wed__1__1="",
        dates__0__key="2026-12-24", dates__0__value__0__0="10:00", dates__0__value__0__1="09:00",
    )  # fmt: skip

    held = page.form().held
    assert (held["weekly.tue.0.0"], held["weekly.tue.0.1"]) == ("09:00", "08:00")
    assert (held["weekly.wed.1.0"], held["weekly.wed.1.1"]) == ("13:00", "")
    assert (held["dates.0.key"], held["dates.0.value.0.1"]) == ("2026-12-24", "09:00")
    assert 'id="f-weekly.tue-error">Das Ende muss nach dem Anfang liegen.' in page.text
    assert 'id="f-weekly.wed-error">Anfang und Ende gehören zusammen' in page.text
    assert 'id="f-weekly.mon-error" hidden' in page.text
    assert world.owner.get(f"/employees/{world.owner_id}").json["hours"]["dates"] == {}


def test_dates_that_are_over_go_with_the_next_change(world: World) -> None:
    world.set_hours(world.owner_id, {"weekly": {}, "dates": {"2026-11-02": [], "2026-11-23": [["08:00", "09:00"]]}})
    page = open_page(world.owner, f"/forms/hours?id={world.owner_id}")

    after(page)

    assert world.owner.get(f"/employees/{world.owner_id}").json["hours"]["dates"] == {
        "2026-11-23": [["08:00", "09:00"]]
    }


# Absences -------------------------------------------------------------------------------------------------------------


def test_whole_days_away_show_the_appointments_that_need_a_decision(world: World) -> None:
    met = world.appointment(NINE, employee_id=world.owner_id)
    world.appointment(NINE + timedelta(days=3), employee_id=world.owner_id)
    page = open_page(world.owner, f"/forms/absence?employee_id={world.owner_id}")

    shown = after(page, start_day=TUESDAY, end_day="2026-11-25", reason="Ferien")
    (absence,) = world.owner.get("/absences").json["items"]

    assert page.form().held["employee_id"] == world.owner_id
    assert (absence["start"], absence["end"]) == ("2026-11-24T00:00:00+01:00", "2026-11-26T00:00:00+01:00")
    assert world.owner.get(f"/absences/{absence['id']}").json["affected"] == [met]
    assert "Ein Termin fällt in diese Zeit." in shown.text
    assert f'href="/appointments/{met}"' in shown.text
    assert 'role="status"' in shown.text


def test_everybody_away_for_some_hours_on_the_clock_of_the_partner(world: World) -> None:
    page = open_page(world.owner, "/forms/absence")

    shown = after(
        page, employee_id="", start_day="2027-07-01", start_time="13:00", end_day="2027-07-01", end_time="17:30"
    )

    (absence,) = world.owner.get("/absences").json["items"]
    assert absence["employee_id"] is None
    assert (absence["start"], absence["end"]) == ("2027-07-01T13:00:00+02:00", "2027-07-01T17:30:00+02:00")
    assert "1. Juli 2027" in shown.text
    assert "Alle" in shown.text


def test_employees_are_away_on_their_own_account(world: World) -> None:
    own = world.employee_ids[1]
    employee = world.sign_in("employee", own)
    page = open_page(employee, "/forms/absence")

    after(page, start_day=TUESDAY, end_day=TUESDAY, end_time="12:00")

    (absence,) = world.owner.get("/absences").json["items"]
    assert "<select" not in page.text
    assert (absence["employee_id"], absence["end"]) == (own, "2026-11-24T12:00:00+01:00")


def test_an_hour_that_clocks_skip_is_refused_kindly(world: World) -> None:
    page = refused(
        open_page(world.owner, "/forms/absence"),
        start_day="2027-03-28", start_time="02:30", end_day="2027-03-28", end_time="09:00", reason="Umzug",
    )  # fmt: skip

    held = page.form().held
    assert (held["start_day"], held["start_time"], held["reason"]) == ("2027-03-28", "02:30", "Umzug")
    assert 'id="f-start-error">Diese Uhrzeit gibt es an diesem Tag nicht' in page.text
    assert world.owner.get("/absences").json["items"] == []


def test_absences_that_are_over_stand_apart_and_a_coming_one_is_struck_out(world: World, clock: Any) -> None:
    world.add_absence(world.owner_id, clock.now - timedelta(days=9), clock.now - timedelta(days=8))
    coming = world.add_absence(world.owner_id, clock.now + timedelta(days=1), clock.now + timedelta(days=2))
    page = open_page(world.owner, "/absences")

    empty = after(page, f"/absences/{coming}")

    assert 'href="/employees" aria-current="page"' in page.text
    assert "Eine vergangene Abwesenheit" in page.text
    assert [form.action for form in page.forms].count(f"/absences/{coming}") == 1
    assert "Niemand ist abwesend" in empty.text
    assert len(world.owner.get("/absences").json["items"]) == 1


def test_the_holidays_of_the_canton_are_named(world: World) -> None:
    german = open_page(world.owner, "/absences")
    french = open_page(world.owner, "/absences?lang=fr")
    world.change_partner(canton=None)
    anywhere = open_page(world.owner, "/absences?lang=de")

    assert "Stephanstag" in german.text
    assert "Saint-Étienne" in french.text
    assert "Stephanstag" not in anywhere.text
    assert "Weihnachten" in anywhere.text
    assert "Kanton wählen" in anywhere.text
