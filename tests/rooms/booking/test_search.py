"""Searching for times through the public door: who is free when, on every kind of day."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

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
