"""A feed says when somebody is booked and no more than was chosen, to whoever knows its address, until it is revoked."""

from datetime import UTC, datetime, timedelta
from typing import Any

import icalendar

from chalicelib.activity import find as log
from chalicelib.booking import invitation
from chalicelib.calendars import rules
from chalicelib.calendars.records import FeedRow
from chalicelib.plumbing import table as tables
from tests.conftest import NOW
from tests.rooms.calendars import reading
from tests.worlds.partners import World
from tests.worlds.visitor import Reply, Visitor

TUESDAY = datetime(2026, 11, 24, 9, tzinfo=UTC)


def made(world: World, visitor: Visitor | None = None, **values: Any) -> str:
    reply = (visitor or world.owner).form("calendar-feed", {"id": world.employee_id}, **values)
    assert reply.status == 201, reply.text
    url: str = reply.json["url"]
    return url.removeprefix("http://localhost:8000")


def fetched(path: str, **headers: str) -> Reply:
    return Visitor().get(path, **headers)


def kinds(world: World) -> list[str]:
    return [one.kind for one in log.between(world.id, NOW - timedelta(days=1), NOW + timedelta(days=30))]


def test_a_feed_says_when_and_nothing_of_what_and_with_whom(world: World) -> None:
    lea = world.customer(first_name="Lea", last_name="Keller")
    one = world.appointment(TUESDAY, customer_id=lea, sequence=2)
    world.appointment(TUESDAY + timedelta(hours=2), status="cancelled_by_customer")
    world.appointment(TUESDAY + timedelta(hours=3), employee_id=world.add_employee())
    asked = world.appointment(TUESDAY + timedelta(hours=4), status="requested")
    world.appointment(NOW + timedelta(days=181))
    world.appointment(NOW - timedelta(days=31))

    reply = fetched(made(world))

    assert reply.status == 200
    assert reply.header("content-type") == "text/calendar; charset=utf-8"
    assert reply.header("content-disposition") == 'attachment; filename="termine.ics"'
    assert reply.header("cache-control") == "private, max-age=300"
    found = reading.events(reply.text.encode())
    assert [(event.uid, event.start, event.summary, event.sequence, event.status) for event in found] == [
        (f"{one}@localhost", TUESDAY, "Gebucht", 2, "CONFIRMED"),
        (f"{asked}@localhost", TUESDAY + timedelta(hours=4), "Gebucht", 0, "TENTATIVE"),
    ]
    assert found[0].end - found[0].start == timedelta(minutes=45)
    assert "Lea" not in reply.text
    assert "Beratung" not in reply.text
    calendar = icalendar.Calendar.from_ical(reply.text)
    assert calendar["refresh-interval"].dt == timedelta(minutes=15)
    assert str(calendar["x-published-ttl"]) == "PT15M"
    assert "METHOD" not in reply.text  # a feed invites nobody
    assert world.id not in reply.text


def test_a_feed_uses_the_uid_of_the_invitation(world: World) -> None:
    one = world.appointment(TUESDAY)

    [event] = reading.events(fetched(made(world)).text.encode())

    assert event.uid == invitation.uid(one)


def test_more_is_said_only_where_it_was_chosen_and_names_only_by_who_manages(world: World) -> None:
    world.appointment(TUESDAY, customer_id=world.customer(first_name="Zoë", last_name="Müller; geb. Kägi, «Z» 👩‍🦰"))

    [service] = reading.events(fetched(made(world, detail="service")).text.encode())
    [named] = reading.events(fetched(made(world, detail="customer")).text.encode())

    assert service.summary == "Beratung"
    assert named.summary == "Beratung: Zoë Müller; geb. Kägi, «Z» 👩‍🦰"
    herself = world.sign_in("employee", world.employee_id)
    refused = herself.form("calendar-feed", {"id": world.employee_id}, detail="customer")
    assert (refused.status, refused.json["code"]) == (403, "feed_names")


def test_absences_are_busy_times_too_unless_they_are_left_out(world: World) -> None:
    start = datetime(2027, 3, 27, 23, tzinfo=UTC)  # over the change of the clocks: 71 hours
    end = datetime(2027, 3, 30, 22, tzinfo=UTC)
    world.add_absence(None, start, end)

    [away] = reading.events(fetched(made(world)).text.encode())
    assert (away.start, away.end, away.summary) == (start, end, "Gebucht")
    [away] = reading.events(fetched(made(world, detail="service")).text.encode())
    assert away.summary == "Abwesend"
    assert reading.events(fetched(made(world, absences=False)).text.encode()) == []


def test_a_revoked_feed_an_unknown_one_and_one_of_somebody_who_left_are_answered_alike(world: World) -> None:
    path = made(world)
    [feed] = world.owner.get(f"/employees/{world.employee_id}/calendar-feeds").json["items"]
    assert fetched(path).status == 200
    assert world.owner.form(
        "calendar-feed-revoke", {"id": world.employee_id, "feed_id": feed["id"]}
    ).status == 204  # fmt: skip

    revoked = fetched(path)

    robin = world.add_employee()
    world.offer_changed()
    left = world.owner.form("calendar-feed", {"id": robin}).json["url"].removeprefix("http://localhost:8000")
    assert fetched(left).status == 200
    world.owner.form("employee", {"id": robin}, active=False)
    wrong = f"{path[:-8]}AAAA.ics"
    for other in (left, wrong, "/calendars/x.ics", path.removesuffix(".ics")):
        reply = fetched(other)
        assert reply.status == 404, other
        assert {**reply.json, "request_id": ""} == {**revoked.json, "request_id": ""}
    assert revoked.status == 404
    assert {"calendar.feed_made", "calendar.feed_revoked"} <= set(kinds(world))


def test_the_key_is_stored_nowhere_and_the_list_does_not_hold_it(world: World, emulator: Any) -> None:
    from tests.worlds import tables as raw

    path = made(world)
    secret = path.removesuffix(".ics")[-43:]

    everything = "".join(str(item) for item in raw.raw_rows(emulator.endpoint, "records"))

    assert "calendar-feed" not in everything
    assert secret not in everything
    assert secret not in world.owner.get(f"/employees/{world.employee_id}/calendar-feeds").text
    assert fetched(path).status == 200


def test_what_has_not_changed_is_not_sent_again(world: World) -> None:
    world.appointment(TUESDAY)
    path = made(world)
    mark = fetched(path).header("etag") or ""

    same = fetched(path, if_none_match=f'W/{mark}, "other"')

    assert (same.status, same.text) == (304, "")
    assert same.header("etag") == mark
    world.appointment(TUESDAY + timedelta(hours=2))
    changed = fetched(path, if_none_match=mark)
    assert changed.status == 200
    assert len(reading.events(changed.text.encode())) == 2


def test_a_reading_leaves_one_fact_a_day_and_costs_one_query(world: World, dynamodb: Any) -> None:
    for day in range(20):
        world.appointment(TUESDAY + timedelta(days=day))
    path = made(world)
    fetched(path)
    dynamodb.asked.clear()

    assert len(reading.events(fetched(path).text.encode())) == 20

    assert dynamodb.operations == ["GetItem", "GetItem", "UpdateItem", "Query"]
    assert kinds(world).count("calendar.feed_read") == 1
    page = world.owner.get(f"/employees/{world.employee_id}/calendar-feeds", accept="text/html")
    assert '<time datetime="2026-11-23">' in page.text
    world.clock.set(NOW + timedelta(days=1))
    fetched(path)
    assert kinds(world).count("calendar.feed_read") == 2
    [row] = tables.prefixed(FeedRow, f"{world.id}#calendars", "feed#")
    assert row.read_on == (NOW + timedelta(days=1)).date()


def test_a_feed_can_be_read_thirty_times_in_a_quarter_of_an_hour_and_an_employee_has_five(world: World) -> None:
    paths = [made(world) for _ in range(rules.MOST_FEEDS)]
    full = world.owner.form("calendar-feed", {"id": world.employee_id})
    assert (full.status, full.json["code"]) == (409, "feeds_full")

    assert {fetched(paths[0]).status for _ in range(30)} == {200}

    refused = fetched(paths[0])
    assert refused.status == 429
    assert int(refused.header("retry-after") or 0) == 900
    assert fetched(paths[1]).status == 200


def test_the_page_shows_the_address_once_and_how_to_subscribe(world: World) -> None:
    from tests.worlds import browser

    form = browser.open_page(world.owner, f"/forms/calendar-feed?id={world.employee_id}")
    reply = form.send("/calendar-feeds", detail="busy")

    assert reply.status == 201
    assert "/calendars/" in reply.text
    assert "Neues Kalenderabonnement" in reply.text
    page = world.owner.get(f"/employees/{world.employee_id}/calendar-feeds", accept="text/html")
    assert page.status == 200
    assert "/calendars/" not in page.text
    assert "Nur belegte Zeiten" in page.text
    assert f"/employees/{world.employee_id}/busy-sources" in world.owner.get("/employees", accept="text/html").text
    form = world.owner.get(f"/forms/busy-source?id={world.employee_id}", accept="text/html").text
    assert "Privatadresse im iCal-Format" in form


def test_a_closed_account_takes_feeds_sources_and_busy_times_with_it(world: World) -> None:
    from chalicelib.booking import busy
    from chalicelib.booking import forget as booking
    from chalicelib.calendars import forget

    made(world)
    busy.says(world.id, world.employee_id, "one", first_utc_day=NOW.date(), mask=0xFF << 100)

    found = [sk for _, _, sk in (*forget.of_account(world.id), *booking.of_account(world.id))]

    assert any(sk.startswith("feed#") for sk in found)
    assert any(sk.endswith("#busy") for sk in found)
    assert world.employee_id in found
