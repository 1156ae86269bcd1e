"""The first day of a partner, through pages alone and without a script: from the start page to the first booking."""

from typing import Any

import pytest

from tests.worlds import people
from tests.worlds.browser import Opened, open_page, read
from tests.worlds.partners import a_partner
from tests.worlds.visitor import Reply, Visitor

HOURS = {"mon": [["08:00", "12:00"]], "tue": [["08:00", "18:00"]]}


def _where(reply: Reply) -> str:
    assert reply.status == 303, reply.text
    return str(reply.header("location"))


def _came_in(emulator: Any) -> Visitor:
    anna = Visitor()
    page = open_page(anna, "/forms/register")
    assert page.send(**people.ANNA).status == 303
    token = people.confirmation_token(emulator.endpoint, people.ANNA["email"])
    place = _where(open_page(anna, f"/forms/confirm-email?token={token}").send())
    login = open_page(anna, place)
    assert "Ihre Adresse ist bestätigt" in login.text
    assert _where(login.send(email=people.ANNA["email"], password=people.PASSWORD)) == "/desk"
    return anna


def _open_steps(visitor: Visitor) -> list[str]:
    return [one["name"] for one in visitor.get("/desk").json["steps"] if not one["done"]]


def test_after_registering_a_page_says_that_a_mail_is_on_its_way(table: Any) -> None:
    visitor = Visitor()
    page = open_page(visitor, "/forms/register?lang=fr")

    arrived = open_page(visitor, _where(page.send(**people.ANNA)))

    assert page.form().held["language"] == "fr"
    assert page.form().held["country"] == "CH"
    assert 'href="/policies/terms?version=2026-11-01"' in page.text
    assert "Regardez votre boîte e-mail" in arrived.text
    assert "48 heures" in arrived.text


def test_the_set_up_list_leads_to_the_first_booking_and_then_goes(emulator: Any, table: Any, clock: Any) -> None:
    anna = _came_in(emulator)
    first = open_page(anna, "/desk")
    steps = anna.get("/desk").json["steps"]

    led = [open_page(anna, one["href"]).reply.status for one in steps]
    place = open_page(anna, steps[0]["href"])
    refused = place.send(timezone="Mars/Base")
    foreign = open_page(anna, "/forms/profile?section=place&next=https://evil.example")
    elsewhere = _where(foreign.send(canton="BE"))
    back = _where(read(anna, refused).send("/partner", canton="LU"))
    assert anna.form("service", name="Haarschnitt", duration_minutes=45, price_rappen=8500).status == 201
    me = anna.get("/employees").json["items"][0]["id"]
    assert anna.form("hours", {"id": me}, weekly=HOURS, dates={}).status == 200
    before = _open_steps(anna)
    _book(anna)
    after = open_page(anna, "/desk")

    assert [one["name"] for one in steps] == ["place", "service", "hours", "share", "try"]
    assert led == [200] * 5
    assert refused.status == 422
    assert back == "/desk?done=accounts.profile"
    assert elsewhere == "/partner?done=accounts.profile"
    assert "Bis zur ersten Buchung" in first.text
    assert before == ["share", "try"]
    assert _open_steps(anna) == []
    assert "Bis zur ersten Buchung" not in after.text


def _book(owner: Visitor) -> None:
    name = owner.get("/partner").json["booking_name"]
    service = owner.get("/services").json["items"][0]["id"]
    customer = Visitor(ip="192.0.2.44")
    days = customer.get(f"/book/{name}/times?service_id={service}").json["days"]
    start = next(one["start"] for day in days for one in day["times"])
    booked = customer.form(
        "book", {"booking_name": name}, service_id=service, employee_id="any", start=start, first_name="Lea",
        last_name="Keller", email="lea@example.org", sms=False, accept_privacy=people.VERSION,
    )  # fmt: skip
    assert booked.status == 201, booked.text


def test_the_desk_names_customers_only_to_those_who_may_read_them_and_writes_it_down(
    emulator: Any, table: Any, clock: Any
) -> None:
    world = a_partner(table, clock)
    world.appointment(clock.now)

    seen = world.owner.get("/desk").json["days"][0]["appointments"]
    unseen = world.with_key("appointments:read").get("/desk").json["days"][0]["appointments"]

    assert [one["customer"] for one in seen] == ["Lea Keller"]
    assert [one["customer"] for one in unseen] == [None]
    assert len(people.facts(emulator.endpoint, "customer.read")) == 1


def test_a_failed_login_keeps_the_address_and_the_fourth_says_when_to_go_on(table: Any, clock: Any) -> None:
    stranger = Visitor()
    page = open_page(stranger, "/forms/login")

    failed = [page.send(email="anna@muster.example", password="falsch geraten") for _ in range(3)]
    fourth = page.send(email="anna@muster.example", password="falsch geraten")

    assert [one.status for one in failed] == [401] * 3
    assert read(stranger, failed[0]).form().held["email"] == "anna@muster.example"
    assert fourth.status == 429
    assert fourth.header("retry-after") == "300"
    assert "In 5 min geht es weiter, um 09:05:00" in fourth.text


def test_a_link_that_is_over_offers_a_new_one_instead_of_its_form(emulator: Any, table: Any, clock: Any) -> None:
    from datetime import timedelta

    people.register()
    token = people.confirmation_token(emulator.endpoint, people.ANNA["email"])
    page = open_page(Visitor(), f"/forms/confirm-email?token={token}")
    assert page.form("/email-confirmations")
    clock.set(clock.now + timedelta(hours=49))

    late = open_page(page.visitor, f"/forms/confirm-email?token={token}").send()

    assert late.status == 410
    assert 'href="/forms/register"' in late.text
    assert 'action="/email-confirmations"' not in late.text


@pytest.mark.parametrize(
    ("section", "changed", "kept"),
    [
        ("look", {"accent": "violet", "salutation": "du"}, ("sms_enabled", "embed_origins", "canton", "company")),
        ("address", {"embed_origins": ""}, ("sms_enabled", "accent", "booking_name")),
        ("data", {"sms_enabled": "false"}, ("embed_origins", "canton", "retention_months")),
    ],
)
def test_a_part_of_the_settings_changes_its_own_fields_and_no_others(
    table: Any, clock: Any, section: str, changed: dict[str, str], kept: tuple[str, ...]
) -> None:
    world = a_partner(table, clock, embed_origins=["https://www.example.ch"])
    before = world.owner.get("/partner").json

    place = _where(open_page(world.owner, f"/forms/profile?section={section}").send(**changed))
    after = world.owner.get("/partner").json

    assert place == "/partner?done=accounts.profile"
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    assert {name: after[name] for name in changed} != {name: before[name] for name in changed}


def test_a_part_that_was_refused_comes_back_as_that_part(table: Any, clock: Any) -> None:
    world = a_partner(table, clock)

    refused = open_page(world.owner, "/forms/profile?section=address").send(booking_name="Nein!")
    again: Opened = read(world.owner, refused)

    assert refused.status == 422
    assert again.form("/partner").held["booking_name"] == "Nein!"
    assert "sms_enabled" not in again.form("/partner").names
    assert _where(again.send("/partner", booking_name="salon-neu")) == "/partner?done=accounts.profile"
