"""Forget appointments, customers, their addresses and past days, each on the day that it carries."""

from chalicelib.booking.records import AppointmentRow, ContactRow, CustomerRow, DayRow, SeatsRow
from chalicelib.plumbing import table


def appointment(pk: str, sk: str, due: str) -> bool:
    """Whether this appointment is gone (True), or is kept longer by now (False)."""
    return table.delete_expired(AppointmentRow, pk, sk, due)


<<<<<<< HEAD
def customer(pk: str, sk: str, due: str) -> bool:
    """The same for a customer: a new appointment has moved the day."""
    return table.delete_expired(CustomerRow, pk, sk, due)


def contact(pk: str, sk: str, due: str) -> bool:
    """The same for the row that knows a customer by the mail address."""
    return table.delete_expired(ContactRow, pk, sk, due)


def calendar(pk: str, sk: str, due: str) -> bool:
    """The same for a past day of an employee, or the seats of a past session (their keys are longer by two parts)."""
    return table.delete_expired(SeatsRow if sk.count("#") > 1 else DayRow, pk, sk, due)
=======
def _clean(visit: Visit, appointment_id: str) -> None:
    for attempt in range(place.MOST_ATTEMPTS):
        if attempt:
            table.pause(attempt)
        try:
            row = find.row_of(visit.partner, appointment_id)
        except Missing:
            return
        change = Change(visit, attempt=attempt)
        if row.status in rules.MOVABLE and row.start_at > visit.at:
            by: rules.Status = (
                "cancelled_by_customer" if visit.source == "web" and visit.role is None else "cancelled_by_partner"
            )
            ending.add(change, visit, row, by, forgotten=True)
        else:
            change.update(row, ending.FORGET, AppointmentRow.pk.exists())
        try:
            change.done()
        except table.Stale:
            continue
        return
    raise Unavailable
>>>>>>> booking
