"""Doors of booking: the public page of a partner and its free times."""

from typing import Any

from chalicelib.booking import page, search
from chalicelib.offering import find
from chalicelib.plumbing.doors import Doors
from chalicelib.plumbing.forms import Field
from chalicelib.plumbing.visit import Visit

door = Doors(__name__)

TIMES = (
    Field("service_id"),
    Field("employee_id", required=False),
    Field("from", "date", required=False),
    Field("to", "date", required=False),
)


@door.read("/book/{booking_name}", answer="booking_page")
def show_booking_page(visit: Visit, values: dict[str, Any], booking_name: str) -> dict[str, Any]:
    """A partner as customers see it, with what can be booked and with whom."""
    return page.shown(find.offer_at(booking_name))


@door.read("/book/{booking_name}/times", query=TIMES, answer="times")
def list_times(visit: Visit, values: dict[str, Any], booking_name: str) -> dict[str, Any]:
    """The free times of a service on at most 62 days, for one employee or for anybody."""
    return search.times(
        find.offer_at(booking_name),
        values["service_id"],
        employee_id=values["employee_id"],
        first_on=values["from"],
        last_on=values["to"],
        at=visit.at,
    )
