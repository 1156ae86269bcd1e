"""The booking page in a browser without scripts: by links and one form to an appointment, and nothing typed is ever lost."""

import html
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from chalicelib.booking import find, forms, why_asked
from chalicelib.plumbing import words
from tests.worlds.browser import Opened, open_page, post, read
from tests.worlds.partners import World, a_partner
from tests.worlds.visitor import Reply, Visitor

THURSDAY_AT_HALF_PAST_TWO = "2026-11-26T14:30:00+01:00"
LEA = {"first_name": "Lea", "last_name": "Keller", "email": "lea@example.org", "note": "Bitte leise"}


@pytest.fixture
def salon(table: Any, clock: Any) -> World:
    """Two people, two services; the second asks a question."""
    questions = [
        {
            "id": "haar",
            "label": "Wie lang ist das Haar?",
            "type": "choice",
            "required": True,
            "options": ["kurz", "lang"],
        },
        {"id": "neu", "label": "Zum ersten Mal hier?", "type": "boolean", "required": False},
        {"id": "wunsch", "label": "Wünsche", "type": "lines", "required": False},
    ]
    return a_partner(
        table, clock, company="Salon Seeblick", employees=2, accent="blue", embed_origins=["https://www.salon.example"],
        services=({"name": "Haarschnitt", "price_rappen": 8500}, {"name": "Farbe", "questions": questions}),
    )  # fmt: skip


def links(page: Opened) -> list[tuple[str, str]]:
    """The links of a page: where they lead, and what they say."""
    found = re.findall(r'<a\s[^>]*href="([^"]+)"[^>]*>(.*?)</a>', page.text, re.DOTALL)
    return [(html.unescape(href), " ".join(re.sub(r"<[^>]+>", " ", inner).split())) for href, inner in found]


def follow(page: Opened, says: str) -> Opened:
    """Follow the first link that says something."""
    places = [href for href, said in links(page) if says in html.unescape(said)]
    assert places, f"no link says {says!r}: {links(page)}"
    return open_page(page.visitor, places[0].partition("#")[0])


def details(world: World, start: str = THURSDAY_AT_HALF_PAST_TWO, service: int = 0, **more: str) -> Opened:
    """The step with the form, by its address."""
    chosen = {
        "service_id": world.service_ids[service],
        "employee_id": "any",
        "start": start.replace("+", "%2B"),
        **more,
    }
    query = "&".join(f"{name}={value}" for name, value in chosen.items())
    return open_page(Visitor(), f"/book/{world.booking_name}?{query}")


def send(page: Opened, **typed: Any) -> Reply:
    """Send the form of the page with the box ticked."""
    version = page.form("/appointments").boxes["accept_privacy"][0]
    return page.send("/appointments", **{**LEA, "accept_privacy": version, **typed})


@pytest.mark.parametrize("language", ["de", "fr"])
def test_the_page_says_of_each_field_why_it_is_asked_as_the_inventory_says_it(salon: World, language: str) -> None:
    asked = why_asked.fields([one.name for one in forms.BOOK.fields], language)
    page = details(salon, lang=language)

    told = {name for one in asked for name in one["fields"]}
    labels = {
        words.say("plumbing", f"field.{one.name}", language)
        for one in forms.BOOK.fields
        if one.name not in ("service_id", "employee_id", "start", "accept_privacy")
    }
    shown = html.unescape(page.text)
    assert labels <= told
    for one in asked:
        for said in (", ".join(one["fields"]), one["purpose"], one["legal_basis"], one["retention"]):
            assert said in shown
    assert shown.count("SMSAPI") == 2  # in the promise above, and at the one field that goes there


def test_a_stranger_books_by_links_and_one_form(salon: World) -> None:
    services = open_page(Visitor(), f"/book/{salon.booking_name}")

    people = follow(services, "Haarschnitt")
    times = follow(people, "Egal, wer")
    another_day = follow(times, "26 , Donnerstag")
    form = follow(another_day, "14:30")
    booked = send(form)

    assert "CHF 85.00" in services.text
    assert "Beat" in people.text
    assert "Montag, 23. November 2026" in times.text
    assert "Donnerstag, 26. November 2026" in another_day.text
    assert "Sonntag, 26. November 2028" in form.text  # two years after it: the day the data goes
    assert "Mittwoch, 25. November 2026, 14:30" in form.text  # a day before: until then it can be cancelled
    assert booked.status == 303
    place = urlsplit(str(booked.header("location")))
    assert place.query == "booked=1"
    shown = Visitor().get(place.path).json
    assert shown["start"] == THURSDAY_AT_HALF_PAST_TWO
    assert shown["delete_on"] == "2028-11-26"
    assert shown["note"] == "Bitte leise"


def test_the_json_of_the_page_is_what_it_was_whatever_stands_in_the_address(salon: World) -> None:
    plain = Visitor().get(f"/book/{salon.booking_name}")
    asked = Visitor().get(f"/book/{salon.booking_name}?service_id={salon.service_id}&day=junk&embed=1")

    assert plain.status == asked.status == 200
    assert plain.json == asked.json


def test_what_is_but_one_is_not_asked(table: Any, clock: Any) -> None:
    world = a_partner(table, clock, services=({"name": "Massage"},))

    page = open_page(Visitor(), f"/book/{world.booking_name}")

    assert "Wann passt es Ihnen?" in page.text
    assert "Bei wem" not in page.text


def test_the_month_opens_at_the_first_free_day_and_the_others_say_why(salon: World) -> None:
    for employee_id in salon.employee_ids:
        for day in (23, 24):
            salon.take(employee_id, datetime(2026, 11, day, 6, tzinfo=UTC), 12 * 60)
    path = f"/book/{salon.booking_name}?service_id={salon.service_id}&employee_id=any"

    page = open_page(Visitor(), path)
    december = open_page(Visitor(), f"{path}&month=2026-12")

    assert "Mittwoch, 25. November 2026" in page.text
    why = dict(re.findall(r'data-on="2026-1[12]-(\d\d)"[^>]*data-why="([^"]+)"', page.text))
    assert why["24"] == "ausgebucht"
    assert why["22"] == "vorbei"
    assert why["28"] == "geschlossen"
    assert "geschlossen am Feiertag" in december.text


def test_days_too_soon_and_too_far_say_so_and_the_horizon_ends_the_calendar(table: Any, clock: Any) -> None:
    world = a_partner(table, clock, services=({"lead_time_minutes": 2 * 24 * 60, "horizon_days": 6},))

    page = open_page(Visitor(), f"/book/{world.booking_name}")

    why = dict(re.findall(r'data-on="2026-11-(\d\d)"[^>]*data-why="([^"]+)"', page.text))
    assert why["24"] == "zu kurzfristig"
    assert why["30"] == "noch nicht buchbar"
    assert "Mittwoch, 25. November 2026" in page.text
    assert 'rel="next"' not in page.text


def test_where_nothing_is_free_the_search_goes_on_later_and_then_gives_the_phone_number(table: Any, clock: Any) -> None:
    far = a_partner(table, clock)
    near = a_partner(table, clock, services=({"horizon_days": 3},))
    for world, days in ((far, 90), (near, 5)):
        world.add_absence(None, clock.now - timedelta(days=1), clock.now + timedelta(days=days))

    searching = open_page(Visitor(), f"/book/{far.booking_name}")
    found = follow(searching, "Später weitersuchen")
    over = open_page(Visitor(), f"/book/{near.booking_name}")

    assert "ist nichts frei" in searching.text
    assert "Februar 2027" in found.text
    assert "Vormittag" in found.text
    assert "+41 44 555 01 00" in over.text
    assert "ausgebucht" in over.text
    assert "Später weitersuchen" not in over.text


def test_a_time_taken_meanwhile_keeps_what_was_typed_and_one_click_takes_the_nearest(salon: World) -> None:
    page = details(salon)
    for employee_id in salon.employee_ids:
        salon.take(employee_id, datetime(2026, 11, 26, 13, 30, tzinfo=UTC), 45)

    refused = read(page.visitor, send(page))
    form = refused.form("/appointments")
    nearest = re.findall(r'<button[^>]*name="start"\s+value="([^"]+)"', refused.text)
    booked = refused.send("/appointments", start=nearest[0], accept_privacy=form.held["accept_privacy"])

    assert refused.reply.status == 409
    assert "inzwischen vergeben" in refused.text
    assert form.held["first_name"] == "Lea"
    assert form.held["note"] == "Bitte leise"
    assert "start" not in form.held
    assert len(nearest) == 5
    assert booked.status == 303
    assert Visitor().get(urlsplit(str(booked.header("location"))).path).json["start"] == nearest[0]


def test_what_needs_mending_keeps_the_rest(salon: World) -> None:
    page = details(salon)

    refused = read(page.visitor, send(page, email="lea", sms=["false", "true"]))
    mended = refused.send("/appointments", email="lea@example.org", phone="079 123 45 67")

    assert refused.reply.status == 422
    assert "Das ist keine gültige E-Mail-Adresse" in refused.text
    held = refused.form("/appointments").held
    assert (held["first_name"], held["email"], held["sms"]) == ("Lea", "lea", "true")
    assert held["start"] == THURSDAY_AT_HALF_PAST_TWO
    assert mended.status == 303


def test_a_start_that_cannot_be_offers_the_nearest_too(salon: World) -> None:
    page = details(salon, start="2026-11-26T12:30:00+01:00")

    refused = read(page.visitor, send(page))

    assert refused.reply.status == 422
    assert "Zu dieser Zeit ist geschlossen" in refused.text
    nearest = re.findall(r'<button[^>]*name="start"\s+value="([^"]+)"', refused.text)
    assert "2026-11-26T13:00:00+01:00" in nearest
    assert refused.form("/appointments").held["first_name"] == "Lea"


def test_a_form_left_open_too_long_comes_back_as_it_was_typed(salon: World, clock: Any) -> None:
    page = details(salon)
    clock.set(clock.now + timedelta(hours=3))

    refused = read(page.visitor, send(page))
    again = refused.send("/appointments")

    assert refused.reply.status == 400
    assert "abgelaufen" in refused.text
    assert refused.form("/appointments").held["note"] == "Bitte leise"
    assert again.status == 303


def test_the_form_on_a_page_of_its_own_books_too(salon: World) -> None:
    chosen = f"service_id={salon.service_id}&employee_id=any&start=2026-11-26T14:30:00%2B01:00"
    page = open_page(Visitor(), f"/forms/book?booking_name={salon.booking_name}&{chosen}")

    assert page.form("/appointments").held["start"] == THURSDAY_AT_HALF_PAST_TWO
    assert send(page).status == 303


def test_the_questions_of_the_service_are_asked_and_kept(salon: World) -> None:
    page = details(salon, service=1)
    answers = {"answers.neu": "false", "answers.wunsch": "kurz\r\nund knapp"}

    refused = read(page.visitor, send(page, **answers))
    booked = refused.send("/appointments", **{"answers.haar": "lang"})

    assert refused.reply.status == 422
    assert "Wie lang ist das Haar?" in refused.text
    assert refused.form("/appointments").held["answers.neu"] == "false"
    assert booked.status == 303
    shown = Visitor().get(urlsplit(str(booked.header("location"))).path).json
    assert find.row_of(salon.id, shown["id"]).answers == {"haar": "lang", "neu": False, "wunsch": "kurz\nund knapp"}


def test_a_group_says_its_seats_and_lets_the_second_in(table: Any, clock: Any) -> None:
    world = a_partner(table, clock, services=({"name": "Kurs", "capacity": 2},))
    statuses = []

    for number in range(3):
        page = details(world)
        assert "bis 2 Personen" in page.text
        statuses.append(send(page, email=f"gast.{number}@example.org").status)

    assert statuses == [303, 303, 409]


def test_a_time_of_a_group_says_how_many_seats_are_left(table: Any, clock: Any) -> None:
    world = a_partner(table, clock, services=({"name": "Kurs", "capacity": 2},))
    send(details(world))

    page = open_page(Visitor(), f"/book/{world.booking_name}?service_id={world.service_id}&employee_id=any&lang=de")

    assert page.text.count('<span class="seats">1 frei</span>') >= 1
    assert page.text.count('<span class="seats">2 frei</span>') > 3
    assert 'data-seats="1=1 frei;2=2 frei;"' in page.text


def test_no_sms_is_offered_where_the_partner_sends_none(table: Any, clock: Any) -> None:
    with_sms, without = a_partner(table, clock), a_partner(table, clock, sms_enabled=False)

    assert "sms" in details(with_sms).form("/appointments").names
    page = details(without)
    assert "sms" not in page.form("/appointments").names
    assert "SMSAPI" not in page.text
    assert send(page).status == 303


def test_a_partner_who_says_du_says_it_on_the_page(table: Any, clock: Any) -> None:
    formal, friendly = a_partner(table, clock), a_partner(table, clock, salutation="du")

    assert "Was mit Ihren Angaben geschieht" in details(formal).text
    page = details(friendly)
    assert "Was mit deinen Angaben geschieht" in page.text
    assert not re.search(r"\b(Ihre?[nrms]?|Sie)\b", re.sub(r"<[^>]+>", " ", page.text))


@pytest.mark.parametrize(
    ("language", "says"), [("fr", "Quand cela vous convient-il"), ("it", "Quando le va bene"), ("en", "When suits you")]
)
def test_the_page_speaks_the_visitors_language(salon: World, language: str, says: str) -> None:
    page = open_page(
        Visitor(), f"/book/{salon.booking_name}?service_id={salon.service_id}&employee_id=any&lang={language}"
    )

    assert says in page.text
    assert f'<html lang="{language}" data-accent="blue"' in page.text


def test_only_the_sites_that_the_partner_listed_may_frame_it(salon: World) -> None:
    inside, alone = details(salon, embed="1"), details(salon)

    assert "frame-ancestors 'self' https://www.salon.example;" in str(inside.reply.header("content-security-policy"))
    assert "frame-ancestors 'none'" in str(alone.reply.header("content-security-policy"))
    assert inside.reply.header("cache-control") == "no-store"


def test_inside_a_frame_every_way_stays_inside_and_the_booking_says_widget(salon: World) -> None:
    page = open_page(Visitor(), f"/book/{salon.booking_name}?embed=1&lang=de", sec_fetch_dest="iframe")

    form = follow(follow(follow(page, "Haarschnitt"), "Egal, wer"), "14:30")
    ours = [href for href, _ in links(form) if href.startswith("/book/")]
    booked = send(form)

    assert ours
    assert all("embed=1" in href for href in ours)
    assert form.text.count('target="_blank"') >= 3  # ways out open beside
    assert form.form("/appointments").action.endswith("/appointments?embed=1&lang=de")
    assert booked.status == 303
    place = urlsplit(str(booked.header("location")))
    assert place.query == "booked=1&embed=1"
    assert find.row_of(salon.id, Visitor().get(place.path).json["id"]).source == "widget"


def test_a_browser_without_cookies_in_a_frame_is_shown_the_way_out(salon: World) -> None:
    page = details(salon, embed="1")
    page.visitor.cookies.clear()

    refused = read(page.visitor, send(page))

    assert refused.reply.status == 400
    assert "In einem neuen Tab buchen" in refused.text
    way = next(href for href, said in links(refused) if "In einem neuen Tab buchen" in said)
    assert "embed" not in way
    assert "start=2026-11-26T14%3A30" in way
    assert refused.form("/appointments").held["first_name"] == "Lea"


def test_a_page_that_another_site_filled_in_is_not_drawn(salon: World) -> None:
    page = details(salon)
    body = page.form("/appointments").body(**LEA)

    ours = post(Visitor(), f"/book/{salon.booking_name}/appointments", body)
    foreign = Visitor().send(
        "POST", f"/book/{salon.booking_name}/appointments", body,
        {"accept": "text/html", "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "cross-site"},
    )  # fmt: skip

    assert "Lea" in ours.text
    assert foreign.status == 400
    assert "Lea" not in foreign.text


def test_a_partner_without_services_gives_the_phone_number(table: Any, clock: Any) -> None:
    world = a_partner(table, clock, services=())

    page = open_page(Visitor(), f"/book/{world.booking_name}")

    assert page.reply.status == 200
    assert "lässt sich noch nichts buchen" in page.text
    assert "tel:+41445550100" in page.text


def test_a_name_nobody_has_and_a_partner_who_left_are_not_found(table: Any, clock: Any) -> None:
    gone = a_partner(table, clock, status="closed")

    for name in ("niemand-hier", gone.booking_name):
        page = open_page(Visitor(), f"/book/{name}")
        assert page.reply.status == 404
        assert "<h1>Nicht gefunden</h1>" in page.text


def test_the_script_for_other_sites_may_be_fetched_by_them_and_kept(salon: World) -> None:
    reply = Visitor().send("GET", "/embed.js", headers={"accept": "*/*"})

    assert reply.status == 200
    assert reply.header("content-type") == "text/javascript; charset=utf-8"
    assert reply.header("cross-origin-resource-policy") == "cross-origin"
    assert str(reply.header("cache-control")).startswith("public")
    assert "event.origin !== here" in reply.text


def test_a_step_costs_the_table_little(salon: World, dynamodb: Any) -> None:
    details(salon)
    costs = {}

    for step, query in {
        "service": "",
        "time": f"?service_id={salon.service_id}&employee_id=any",
        "month": f"?service_id={salon.service_id}&employee_id=any&month=2026-12",
        "details": f"?service_id={salon.service_id}&employee_id=any&start=2026-11-26T14:30:00%2B01:00",
    }.items():
        dynamodb.asked.clear()
        open_page(Visitor(), f"/book/{salon.booking_name}{query}")
        costs[step] = len(dynamodb.asked)

    assert costs == {"service": 1, "time": 2, "month": 2, "details": 2}
