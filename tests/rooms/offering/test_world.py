"""The world of the tests is one the product itself understands."""

from datetime import UTC, datetime
from typing import Any

from chalicelib.offering import find
from chalicelib.plumbing import api_keys, sessions
from tests.worlds.partners import a_partner


def test_a_partner_of_the_tests_is_an_offer_of_the_product(table: Any, clock: Any) -> None:
    world = a_partner(table, clock, employees=2, services=({}, {"name": "Yoga", "capacity": 8}))

    offer = find.offer(world.id)

    assert offer.partner.booking_name == world.booking_name
    assert tuple(e.id for e in offer.employees_for(offer.services[world.service_id])) == world.employee_ids
    assert [offer.services[one].capacity for one in world.service_ids] == [1, 8]
    assert offer.hours[world.owner_id].weekly[0] == ((480, 720), (780, 1080))


def test_whoever_is_signed_in_there_is_known_at_the_doors(table: Any, clock: Any) -> None:
    world = a_partner(table, clock)
    admin = world.sign_in("admin")

    session = sessions.find(admin.cookies[sessions.COOKIE], clock.now)
    key = api_keys.find(world.api.key or "")

    assert session is not None
    assert (session.partner_id, session.role) == (world.id, "admin")
    assert key is not None
    assert (key.partner_id, key.scopes) == (world.id, ("read", "write"))


def test_an_appointment_takes_its_time(table: Any, clock: Any) -> None:
    world = a_partner(table, clock)

    world.appointment(datetime(2026, 11, 24, 23, 30, tzinfo=UTC), minutes=60)

    days = [item["sk"]["S"] for item in table.walk("records", f"{world.id}#calendar")]
    assert days == [f"2026-11-24#{world.employee_id}", f"2026-11-25#{world.employee_id}"]
