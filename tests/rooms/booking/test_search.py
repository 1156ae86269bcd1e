"""Searching for times through the public door: who is free when, on every kind of day."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.worlds.partners import World, a_partner
from tests.worlds.visitor import Reply, Visitor

ZURICH = ZoneInfo("Europe/Zurich")
MONDAY = date(2026, 11, 23)


def at(on: str, time: str, fold: int = 0) -> datetime:
    """An instant by the wall clock of Zürich."""
    return datetime.fromisoformat(f"{on}T{time}:00").replace(tzinfo=ZURICH, fold=fold)


def ask(world: World, **query: str) -> Reply:
    query = {"service_id": world.service_id, **query}
    joined = "&".join(f"{name.rstrip('_')}={value}" for name, value in query.items())
    return Visitor().get(f"/book/{world.booking_name}/times?{joined}")


def day(world: World, on: str, **query: str) -> list[str]:
    """The wall clock times offered on one date."""
    reply = ask(world, from_=on, to=on, **query)
    assert reply.status == 200, reply.text
    ((only),) = reply.json["days"]
    assert only["date"] == on
    return [time["start"][11:16] for time in only["times"]]


def quarter_hours(first: str, last: str) -> list[str]:
    times = []
    minute = int(first[:2]) * 60 + int(first[3:])
    while minute <= int(last[:2]) * 60 + int(last[3:]):
        times.append(f"{minute // 60:02}:{minute % 60:02}")
        minute += 15
    return times


def test_an_ordinary_day_offers_what_fits_into_the_hours(table: Any, clock: Any) -> None:
    world = a_partner(table, clock)

    offered = day(world, "2026-11-24")

    assert offered == quarter_hours("08:00", "11:15") + quarter_hours("13:00", "17:15")


def test_every_date_asked_for_is_in_the_answer_even_without_times(table: Any, clock: Any) -> None:
    world = a_partner(table, clock)

    reply = ask(world, from_="2026-11-27", to="2026-11-30")

    assert reply.json["timezone"] == "Europe/Zurich"
    assert [(d["date"], bool(d["times"])) for d in reply.json["days"]] == [
        ("2026-11-27", True),
        ("2026-11-28", False),
        ("2026-11-29", False),
        ("2026-11-30", True),
    ]


def test_without_dates_it_is_a_month_from_today_where_the_partner_is(table: Any, clock: Any) -> None:
    clock.set(datetime(2026, 11, 22, 23, 30, tzinfo=UTC))  # already Monday in Zürich
    world = a_partner(table, clock)

    days = ask(world).json["days"]

    assert (days[0]["date"], days[-1]["date"], len(days)) == ("2026-11-23", "2026-12-23", 31)


def test_a_time_says_its_offset_and_who_is_free(table: Any, clock: Any) -> None:
    world = a_partner(table, clock, employees=2)
    first, second = world.employee_ids
    world.take(first, at("2026-11-24", "08:00"), 60)

    times = ask(world, from_="2026-11-24", to="2026-11-24").json["days"][0]["times"]

    assert times[0] == {"start": "2026-11-24T08:00:00+01:00", "employee_ids": [second]}
    assert {"start": "2026-11-24T09:00:00+01:00", "employee_ids": [first, second]} in times


def test_any_is_everybody_and_one_is_one(table: Any, clock: Any) -> None:
    world = a_partner(table, clock, employees=2)
    first, second = world.employee_ids
    world.take(first, at("2026-11-24", "08:00"), 60 * 10)

    assert day(world, "2026-11-24", employee_id=first) == []
    assert day(world, "2026-11-24", employee_id="any") == day(world, "2026-11-24", employee_id=second) != []


def test_buffers_keep_their_distance_to_what_is_taken(table: Any, clock: Any) -> None:
    world = a_partner(
        table, clock, services=({"duration_minutes": 30, "buffer_before_minutes": 10, "buffer_after_minutes": 15},)
    )
    world.take(world.employee_id, at("2026-11-24", "10:00"), 60)

    offered = day(world, "2026-11-24")

    assert [time for time in offered if "08:00" <= time < "12:00"] == [
        *quarter_hours("08:00", "09:15"),
        "11:15",
        "11:30",
    ]


# Time -----------------------------------------------------------------------------------------------------------------


def test_the_day_of_23_hours_offers_no_time_in_the_gap(table: Any, clock: Any) -> None:
    clock.set(datetime(2027, 3, 20, 8, 0, tzinfo=UTC))
    world = a_partner(table, clock, hours="Mon-Sun 01:00-05:00", services=({"interval_minutes": 30},))

    reply = ask(world, from_="2027-03-28", to="2027-03-28")

    starts = [time["start"] for time in reply.json["days"][0]["times"]]
    assert starts == [
        "2027-03-28T01:00:00+01:00",
        "2027-03-28T01:30:00+01:00",
        "2027-03-28T03:00:00+02:00",
        "2027-03-28T03:30:00+02:00",
        "2027-03-28T04:00:00+02:00",
    ]


def test_the_day_of_25_hours_offers_the_hour_that_comes_twice_twice(table: Any, clock: Any) -> None:
    clock.set(datetime(2027, 10, 20, 8, 0, tzinfo=UTC))
    world = a_partner(table, clock, hours="Mon-Sun 02:00-04:00", services=({"interval_minutes": 60},))
    world.take(world.employee_id, at("2027-10-31", "02:00", fold=1), 60)

    reply = ask(world, from_="2027-10-31", to="2027-10-31")

    assert [time["start"] for time in reply.json["days"][0]["times"]] == [
        "2027-10-31T02:00:00+02:00",
        "2027-10-31T03:00:00+01:00",
    ]


def test_hours_over_midnight_of_utc_are_one_evening(table: Any, clock: Any) -> None:
    world = a_partner(table, clock, hours="Mon-Fri 22:00-24:00", services=({"duration_minutes": 60},))
    world.take(world.employee_id, at("2026-11-25", "00:00"), 60)  # after closing, still 24 November in UTC

    assert day(world, "2026-11-24") == ["22:00", "22:15", "22:30", "22:45", "23:00"]


@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Kiritimati", "Asia/Kathmandu", "Pacific/Pago_Pago"])
def test_the_zone_is_that_of_the_partner(table: Any, clock: Any, zone: str) -> None:
    world = a_partner(table, clock, timezone=zone)

    offered = day(world, "2026-11-26")

    assert offered == quarter_hours("08:00", "11:15") + quarter_hours("13:00", "17:15")


def test_the_lead_time_is_kept_to_the_second(table: Any, clock: Any) -> None:
    world = a_partner(table, clock, services=({"lead_time_minutes": 120},))  # it is Monday, 09:00
    on_the_mark = day(world, "2026-11-23")

    clock.set(clock.now.replace(second=1))
    a_second_later = day(world, "2026-11-23")

    assert (on_the_mark[0], a_second_later[0]) == ("11:00", "11:15")


def test_the_horizon_is_kept_to_the_second(table: Any, clock: Any) -> None:
    world = a_partner(table, clock, services=({"horizon_days": 7},))  # it is Monday, 09:00
    on_the_mark = day(world, "2026-11-30")

    clock.set(clock.now.replace(hour=7, minute=59, second=59))
    a_second_earlier = day(world, "2026-11-30")

    assert (on_the_mark[-1], a_second_earlier[-1]) == ("09:00", "08:45")
    assert day(world, "2026-12-01") == []


def test_what_is_over_or_beyond_the_horizon_is_empty_and_costs_no_query(table: Any, clock: Any, dynamodb: Any) -> None:
    world = a_partner(table, clock, services=({"horizon_days": 30},))
    assert day(world, "2026-11-24") != []
    dynamodb.asked.clear()

    nothing = [day(world, on) for on in ("2026-11-20", "2027-01-15", "0001-01-01", "9999-12-31")]

    assert nothing == [[]] * 4
    assert dynamodb.operations == ["GetItem"] * 4


# Being away -----------------------------------------------------------------------------------------------------------


def test_an_absence_of_one_leaves_the_others(table: Any, clock: Any) -> None:
    world = a_partner(table, clock, employees=2)
    first, second = world.employee_ids
    world.add_absence(first, at("2026-11-24", "08:00"), at("2026-11-24", "16:02"))

    assert day(world, "2026-11-24", employee_id=first)[0] == "16:15"
    assert day(world, "2026-11-24", employee_id=second)[0] == "08:00"


def test_an_absence_of_all_closes_the_house(table: Any, clock: Any) -> None:
    world = a_partner(table, clock, employees=2)
    assert day(world, "2026-11-24") != []

    world.add_absence(None, at("2026-11-24", "00:00"), at("2026-11-25", "00:00"))

    assert day(world, "2026-11-24") == []
    assert day(world, "2026-11-25") != []


def test_a_date_replaces_its_weekday(table: Any, clock: Any) -> None:
    dates = {"2026-11-24": [["09:00", "10:00"]], "2026-11-25": [], "2026-11-28": [["09:00", "09:45"]]}
    weekly = {"tue": [["08:00", "18:00"]], "wed": [["08:00", "18:00"]]}
    world = a_partner(table, clock, hours={"weekly": weekly, "dates": dates})

    assert day(world, "2026-11-24") == ["09:00", "09:15"]
    assert day(world, "2026-11-25") == []
    assert day(world, "2026-11-28") == ["09:00"]
    assert day(world, "2026-12-01")[0] == "08:00"


@pytest.mark.parametrize(
    ("canton", "on", "country", "is_open"),
    [
        ("ZH", "2027-01-01", "CH", False),
        ("ZH", "2027-05-06", "CH", False),  # Ascension
        (None, "2027-05-06", "CH", False),
        ("LU", "2027-05-27", "CH", False),  # Corpus Christi
        ("ZH", "2027-05-27", "CH", True),
        (None, "2027-05-27", "CH", True),
        (None, "2027-05-06", "DE", True),
    ],
)
def test_public_holidays_are_closed_by_canton(
    table: Any, clock: Any, canton: str | None, on: str, country: str, is_open: bool
) -> None:
    world = a_partner(table, clock, canton=canton, country=country)

    assert bool(day(world, on)) is is_open
    assert day(world, "2027-05-26") != []


def test_hours_for_the_date_beat_the_holiday(table: Any, clock: Any) -> None:
    dates = {"2027-01-01": [["10:00", "11:00"]]}
    world = a_partner(table, clock, hours={"weekly": {"fri": [["08:00", "18:00"]]}, "dates": dates})

    assert day(world, "2027-01-01") == ["10:00", "10:15"]


# Who ------------------------------------------------------------------------------------------------------------------


def test_only_those_who_offer_a_service_are_asked(table: Any, clock: Any) -> None:
    world = a_partner(table, clock, employees=3)
    first, second, third = world.employee_ids
    special = world.add_service(name="Spezial", employee_ids=[third, first])

    times = ask(world, service_id=special, from_="2026-11-24", to="2026-11-24").json["days"][0]["times"]

    assert times[0]["employee_ids"] == [first, third]
    assert ask(world, service_id=special, employee_id=second).status == 404


def test_who_cannot_be_booked_is_not_shown(table: Any, clock: Any) -> None:
    world = a_partner(table, clock)
    office = world.add_employee(bookable=False, hours="Mon-Fri 06:00-20:00")
    former = world.add_employee(active=False, hours="Mon-Fri 06:00-20:00")

    times = ask(world, from_="2026-11-24", to="2026-11-24").json["days"][0]["times"]

    assert {one for time in times for one in time["employee_ids"]} == {world.employee_id}
    assert [ask(world, employee_id=one).status for one in (office, former)] == [404, 404]


# Groups ---------------------------------------------------------------------------------------------------------------


def test_a_group_can_be_joined_while_it_has_a_seat(table: Any, clock: Any) -> None:
    group = {"capacity": 3, "duration_minutes": 60, "interval_minutes": 60}
    world = a_partner(table, clock, hours="Mon-Fri 08:00-12:00", services=(group,))
    world.seat(world.service_id, world.employee_id, at("2026-11-24", "08:00"), minutes=60, seats_taken=2)
    world.seat(world.service_id, world.employee_id, at("2026-11-24", "09:00"), minutes=60, seats_taken=3)
    world.take(world.employee_id, at("2026-11-24", "10:00"), 30)

    assert day(world, "2026-11-24") == ["08:00", "11:00"]


def test_a_group_of_another_service_is_just_taken_time(table: Any, clock: Any) -> None:
    group = {"capacity": 3, "duration_minutes": 60, "interval_minutes": 60}
    world = a_partner(table, clock, employees=2, hours="Mon-Fri 08:00-10:00", services=(group, group))
    world.seat(world.service_ids[1], world.employee_ids[0], at("2026-11-24", "08:00"), minutes=60)

    times = ask(world, from_="2026-11-24", to="2026-11-24").json["days"][0]["times"]

    assert [(time["start"][11:16], time["employee_ids"], time["seats_left"]) for time in times] == [
        ("08:00", [world.employee_ids[1]], 3),
        ("09:00", list(world.employee_ids), 3),
    ]


def test_seats_left_are_counted_only_where_there_are_several(table: Any, clock: Any) -> None:
    group = {"capacity": 3, "duration_minutes": 60, "interval_minutes": 60}
    world = a_partner(table, clock, hours="Mon-Fri 08:00-10:00", services=(group, {"name": "Einzeln"}))
    world.seat(world.service_id, world.employee_id, at("2026-11-24", "08:00"), minutes=60, seats_taken=2)

    days = ask(world, from_="2026-11-24", to="2026-11-24").json["days"]
    alone = ask(world, from_="2026-11-25", to="2026-11-25", service_id=world.service_ids[1]).json["days"]

    assert [time["seats_left"] for time in days[0]["times"]] == [1, 3]
    assert alone[0]["times"]
    assert all("seats_left" not in time for time in alone[0]["times"])


# Refusals -------------------------------------------------------------------------------------------------------------


def test_what_does_not_exist_is_not_found(table: Any, clock: Any) -> None:
    world, other = a_partner(table, clock), a_partner(table, clock)
    retired = world.add_service(active=False)

    replies = [
        Visitor().get(f"/book/nobody-here/times?service_id={world.service_id}"),
        Visitor().get("/book/nobody-here"),
        ask(world, service_id=other.service_id),
        ask(world, service_id="x"),
        ask(world, service_id=retired),
        ask(world, employee_id=other.employee_id),
        ask(world, employee_id="x"),
    ]

    assert ask(world).status == 200
    assert [reply.status for reply in replies] == [404] * 7


def test_a_closed_partner_has_no_page(table: Any, clock: Any) -> None:
    world = a_partner(table, clock)
    assert Visitor().get(f"/book/{world.booking_name}").status == 200

    world.change_partner(status="closed")

    assert Visitor().get(f"/book/{world.booking_name}").status == 404
    assert ask(world).status == 404


def test_a_name_that_went_to_somebody_else_is_theirs(table: Any, clock: Any) -> None:
    old = a_partner(table, clock, company="Alt", booking_name="am-see")
    assert Visitor().get("/book/am-see").json["company"] == "Alt"
    old.change_partner(booking_name="am-berg")

    a_partner(table, clock, company="Neu", booking_name="am-see")

    assert Visitor().get("/book/am-see").json["company"] == "Neu"


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ("", "service_id", "missing"),
        ("service_id=", "service_id", "missing"),
        ("service_id={id}&from=morgen", "from", "not_a_date"),
        ("service_id={id}&from=2026-02-30", "from", "not_a_date"),
        ("service_id={id}&from=2026-11-24T00:00", "from", "not_a_date"),
        ("service_id={id}&to=99999-01-01", "to", "not_a_date"),
        ("service_id={id}&from=2026-11-25&to=2026-11-24", "to", "end_before_start"),
        ("service_id={id}&to=2026-11-22", "to", "end_before_start"),
        ("service_id={id}&from=2026-11-23&to=2027-01-24", "to", "too_many_days"),
        ("service_id={id}&from=0001-01-01&to=9999-12-31", "to", "too_many_days"),
    ],
)
def test_a_question_that_cannot_be_answered_is_a_problem_of_its_field(
    table: Any, clock: Any, query: str, field: str, code: str
) -> None:
    world = a_partner(table, clock)

    reply = Visitor().get(f"/book/{world.booking_name}/times?{query.format(id=world.service_id)}")

    assert reply.status == 422
    assert [(one["field"], one["code"]) for one in reply.json["errors"]] == [(field, code)]


def test_sixty_two_days_are_the_most(table: Any, clock: Any) -> None:
    world = a_partner(table, clock)

    reply = ask(world, from_="2026-11-23", to="2027-01-23")

    assert (reply.status, len(reply.json["days"])) == (200, 62)


# The page -------------------------------------------------------------------------------------------------------------


def test_the_page_shows_the_business_and_not_its_people(table: Any, clock: Any) -> None:
    world = a_partner(table, clock, employees=2, services=({}, {"name": "Alt", "active": False}))

    reply = Visitor().get(f"/book/{world.booking_name}")

    assert reply.json["company"] == "Praxis Morgenrot"
    assert [one["name"] for one in reply.json["services"]] == ["Beratung"]
    assert reply.json["services"][0]["employee_ids"] == list(world.employee_ids)
    assert reply.json["employees"] == [
        {"id": world.employee_ids[0], "first_name": "Nora"},
        {"id": world.employee_ids[1], "first_name": "Beat"},
    ]
    assert not any(
        private in reply.text for private in ("@", "Bianchi", "Muster", "+4144", "buffer", "plan", "reminder", "status")
    )


def test_only_who_can_be_booked_for_something_is_on_the_page(table: Any, clock: Any) -> None:
    world = a_partner(table, clock)
    world.add_employee(bookable=False)
    only = world.add_employee()
    for service_id in world.service_ids:
        world.owner.form("service", {"id": service_id}, employee_ids=[only])

    shown = Visitor().get(f"/book/{world.booking_name}").json

    assert [one["id"] for one in shown["employees"]] == [only]
