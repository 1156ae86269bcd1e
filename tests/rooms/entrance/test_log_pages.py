"""The log and the dashboard as pages: sentences with names, days to choose, charts with their numbers as tables."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.activity import record
from chalicelib.activity.vocabulary import Fact
from chalicelib.booking import facts as booking
from chalicelib.messaging import facts as messaging
from chalicelib.plumbing import ids
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.visit import Visit
from tests.worlds.browser import open_page
from tests.worlds.partners import World, a_partner

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


@pytest.fixture
def salon(table: Any, clock: Any) -> World:
    return a_partner(table, clock)


def happen(
    salon: World, what: Fact, *, days: int = 1, source: str = "web", employee_id: str | None = None, **more: Any
) -> None:
    visit = Visit(
        at=NOW - timedelta(days=days), request_id="r", source=source, ip="198.51.100.7", partner_id=salon.id,
        employee_id=employee_id,
    )  # fmt: skip
    change = Change(visit)
    record.fact(change, visit, what, **more)
    change.commit()


def test_an_entry_says_who_what_when_and_leads_to_it(salon: World) -> None:
    appointment, gone = salon.appointment(NOW + timedelta(days=1)), ids.new(NOW)
    happen(salon, booking.BOOKED, subject=("appointment", appointment))
    happen(salon, booking.MOVED, employee_id=salon.owner_id, subject=("appointment", appointment))
    happen(salon, booking.CUSTOMER_ERASED, employee_id=ids.new(NOW), subject=("customer", gone))
    happen(salon, messaging.SENT, source="job")

    page = open_page(salon.owner, "/activity?lang=en")

    assert "An appointment was booked." in page.text
    assert page.text.count(f'href="/appointments/{appointment}"') == 2
    assert f"/customers/{gone}" not in page.text
    for who in ("Nora Muster", "Customer or visitor", "Formerly in the team", "Zeitfenster, by itself"):
        assert who in page.text
    assert "Sun 22/11/2026, 09:00:00" in page.text
    assert "198.51.100.7" in page.text


def test_days_are_chosen_and_kept_from_page_to_page(salon: World) -> None:
    for days in (1, 2, 2, 5):
        happen(salon, booking.BOOKED, days=days)

    page = open_page(salon.owner, "/activity?from=2026-11-21&to=2026-11-21&limit=1")
    onward = page.text.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    second = open_page(salon.owner, onward)
    empty = open_page(salon.owner, "/activity?from=2026-11-10&to=2026-11-10&lang=en")

    assert page.text.count("<tr>") == second.text.count("<tr>") == 2
    assert 'name="from" type="date" value="2026-11-21"' in second.text
    assert "Nothing happened in this period" in empty.text


def test_the_log_and_the_numbers_are_for_those_who_may(salon: World) -> None:
    employee = salon.sign_in("employee")

    assert open_page(employee, "/activity").reply.status == 403
    assert open_page(employee, "/dashboard").reply.status == 403
    assert open_page(salon.owner, "/dashboard").reply.status == 200


def test_a_dashboard_of_nothing_says_what_will_fill_it(salon: World) -> None:
    page = open_page(salon.owner, "/dashboard?lang=en")

    assert "No numbers yet" in page.text
    assert f'href="/book/{salon.booking_name}"' in page.text
    assert "<rect" not in page.text


def test_figures_are_compared_with_the_days_before(salon: World) -> None:
    for days in (1, 2, 3, 8, 9):
        happen(salon, booking.BOOKED, days=days, detail={})
    happen(salon, messaging.SENT, source="job", detail={"channel": "sms", "parts": 3})

    page = open_page(salon.owner, "/dashboard?from=2026-11-17&to=2026-11-23&lang=en")

    assert "50% more than before (2)" in page.text
    assert "0 before" in page.text
    assert "3 parts." in page.text
    assert 'href="/dashboard?from=2026-11-17&amp;to=2026-11-23" aria-current="page"' in page.text


def test_every_chart_has_a_name_a_description_and_its_numbers_as_a_table(salon: World) -> None:
    happen(salon, booking.BOOKED, days=3, detail={})
    happen(salon, messaging.FAILED, source="job", detail={"channel": "sms"})
    salon.take(salon.owner_id, NOW - timedelta(days=3), 60)

    page = open_page(salon.owner, "/dashboard?lang=en")

    named = re.findall(r'role="img" aria-labelledby="(\S+) (\S+)"', page.text)
    assert len(named) == 3
    for title, description in named:
        assert f'<title id="{title}">' in page.text
        assert f'<desc id="{description}">' in page.text
    assert page.text.count("The numbers as a table") == 3
    assert "Busiest: Friday from 9 o’clock with 25%." in page.text
    assert len(re.findall(r'id="([^"]+)"', page.text)) == len(set(re.findall(r'id="([^"]+)"', page.text)))


@pytest.mark.parametrize("days", [1, 7, 90, 365])
def test_a_dashboard_of_any_length_is_drawn(salon: World, days: int) -> None:
    happen(salon, booking.BOOKED, days=0, detail={})
    first = (NOW - timedelta(days=days - 1)).date()

    page = open_page(salon.owner, f"/dashboard?from={first}&to=2026-11-23")

    assert page.reply.status == 200
    assert 'class="block booked"' in page.text
    assert "NaN" not in page.text
