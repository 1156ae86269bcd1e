"""Say what became of an appointment: it took place, nobody came, it was called off."""

from typing import Any

from chalicelib.booking import ending, find
from chalicelib.booking.records import AppointmentRow
from chalicelib.offering import find as offering
from chalicelib.plumbing.refusals import invalid
from chalicelib.plumbing.visit import Visit


def appointment(visit: Visit, appointment_id: str, values: dict[str, Any]) -> dict[str, Any]:
    """The appointment with its new status. Raises Invalid without one, and what `ending.become` raises."""
    zone = offering.offer_as_known(visit.partner).partner.timezone
    if not values.get("status"):
        raise invalid("status", "missing")

    def answer(row: AppointmentRow) -> dict[str, Any]:
        return find.shown(row, zone)

    return ending.become(visit, appointment_id, values["status"], answer=answer)
