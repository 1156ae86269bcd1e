"""Customers on pages: found, added, changed and erased without a script, and every look at them is written down."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.activity import find as activity
from tests.worlds.browser import open_page
from tests.worlds.partners import World, a_partner


@pytest.fixture
def salon(table: Any, clock: Any) -> World:
    return a_partner(table, clock, company="Salon Seeblick")


def reads(salon: World) -> list[activity.Happened]:
    everything = activity.between(salon.id, datetime(2020, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC))
    return [one for one in everything if one.kind == "customer.read"]


def test_an_empty_list_says_how_people_get_there(salon: World) -> None:
    page = open_page(salon.owner, "/customers?lang=en")

    assert "No customers yet" in page.text
    assert 'href="/forms/customer"' in page.text
    assert reads(salon) == []


def test_the_search_finds_by_whole_address_by_number_and_by_the_beginning_of_a_name(salon: World) -> None:
    salon.owner.form("customer", first_name="Élodie", last_name="von Hohenstein-Müller", email="e.f@example.ch")
    salon.customer(first_name="Marco", last_name="Rossi", phone="+41791234567")

    def found(wanted: str) -> list[str]:
        return [one["first_name"] for one in salon.owner.get(f"/customers?q={wanted}").json["items"]]

    assert found("E.F@example.ch") == ["Élodie"]
    assert found("example.ch") == []
    assert found("elodie") == ["Élodie"]
    assert found("mull+elo") == ["Élodie"]
    assert found("079+123+45+67") == ["Marco"]
    assert found("%2B41+79+123+45+67") == ["Marco"]
    assert found("xaver") == []


def test_a_search_writes_down_only_whom_it_showed(salon: World) -> None:
    salon.customer(first_name="Lea")
    marco = salon.customer(first_name="Marco")

    page = open_page(salon.owner, "/customers?q=mar")

    assert "Marco" in page.text
    assert [one.subject_id for one in reads(salon)] == [marco]


def test_a_long_list_goes_on_on_the_next_page(salon: World) -> None:
    for _ in range(3):
        salon.customer()

    first = open_page(salon.owner, "/customers?limit=2")
    onward = first.text.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    second = open_page(salon.owner, onward)

    assert first.text.count('href="/customers/') == 2
    assert second.text.count('href="/customers/') == 1
    assert 'rel="next"' not in second.text


def test_somebody_is_added_changed_and_erased_without_a_script(salon: World) -> None:
    added = open_page(salon.owner, "/forms/customer?lang=en").send(
        first_name="Ada", last_name="Meier", phone="079 555 12 12"
    )
    place = str(added.header("Location"))
    shown = open_page(salon.owner, place)
    customer_id = place.partition("?")[0].rpartition("/")[2]
    change = open_page(salon.owner, f"/forms/customer?id={customer_id}&method=PATCH")
    changed = change.send(last_name="Müller", note="Prefers mornings")
    asked = open_page(salon.owner, f"/forms/customer?id={customer_id}&method=DELETE")
    erased = asked.send()
    left = open_page(salon.owner, str(erased.header("Location")))

    assert added.status == 303
    assert "The customer was added." in shown.text
    assert change.form(customer_id).held["phone"] == "+41795551212"
    assert (changed.status, str(changed.header("Location")).partition("?")[0]) == (303, f"/customers/{customer_id}")
    assert "Erase Ada Müller?" in asked.text
    assert erased.status == 303
    assert "The erasure has begun." in left.text
    assert salon.owner.get(f"/customers/{customer_id}").status == 404


def test_a_mail_address_of_somebody_else_comes_back_with_what_was_typed(salon: World) -> None:
    salon.owner.form("customer", first_name="Ada", last_name="Meier", email="ada@example.ch")

    refused = open_page(salon.owner, "/forms/customer").send(first_name="Eva", last_name="Frei", email="ada@example.ch")

    assert refused.status == 409
    assert 'value="Eva"' in refused.text


def test_the_page_of_a_customer_tells_what_was_what_comes_and_when_it_goes(salon: World, clock: Any) -> None:
    lea = salon.customer(last_appointment_at=datetime(2026, 11, 30, 9, tzinfo=UTC))
    coming = salon.appointment(clock.now + timedelta(days=3), customer_id=lea)
    past = salon.appointment(clock.now - timedelta(days=3), customer_id=lea, status="no_show")
    salon.appointment(clock.now + timedelta(days=4))

    page = open_page(salon.owner, f"/customers/{lea}?lang=en")

    ahead, _, behind = page.text.partition("Past appointments")
    assert f'href="/appointments/{coming}"' in ahead
    assert f'href="/appointments/{past}"' in behind
    assert "did not come" in behind
    assert page.text.count('href="/appointments/') == 2
    assert "erased on 30 November 2028, 24 months after the last appointment" in page.text
    assert len(reads(salon)) == 1


def test_only_who_may_erase_is_offered_to(salon: World) -> None:
    lea = salon.customer()

    owner = open_page(salon.owner, f"/customers/{lea}")
    employee = open_page(salon.sign_in("employee"), f"/customers/{lea}")

    assert "method=DELETE" in owner.text
    assert "method=DELETE" not in employee.text
    assert open_page(salon.sign_in("employee"), f"/forms/customer?id={lea}&method=DELETE").reply.status == 403


def test_the_form_that_holds_what_is_known_is_a_look_at_it_too(salon: World) -> None:
    lea = salon.customer()

    open_page(salon.owner, f"/forms/customer?id={lea}&method=PATCH")

    assert [one.subject_id for one in reads(salon)] == [lea]


def test_an_appointment_can_be_started_from_the_customer(salon: World) -> None:
    lea = salon.customer()

    page = open_page(salon.owner, f"/customers/{lea}")
    form = salon.owner.issue("appointment", customer_id=lea)

    assert f'href="/forms/appointment?customer_id={lea}"' in page.text
    assert next(one for one in form["fields"] if one["name"] == "customer_id")["default"] == lea
