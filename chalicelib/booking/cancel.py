"""Cancel an appointment and give its time to others."""

from typing import Any

from chalicelib.booking import ending, find
from chalicelib.booking.records import AppointmentRow
from chalicelib.offering import find as offering
from chalicelib.plumbing.visit import Visit


def appointment(visit: Visit, appointment_id: str, values: dict[str, Any]) -> dict[str, Any]:
    """Cancel for the partner, or, when nobody is signed in, for the customer within the window; the appointment.

    Raises what `ending.become` raises.
    """
    zone = offering.offer_as_known(visit.partner).partner.timezone
    by_customer = visit.role is None

    def answer(row: AppointmentRow) -> dict[str, Any]:
        return find.shown(row, zone)

    return ending.become(
        visit,
        appointment_id,
        "cancelled_by_customer" if by_customer else "cancelled_by_partner",
        answer=answer,
        reason=values["reason"] or None,
        within_window=by_customer,
    )
