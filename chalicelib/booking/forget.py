"""Forget appointments, customers, their addresses and past days, each on the day that it carries."""

from chalicelib.booking.records import AppointmentRow, ContactRow, CustomerRow, DayRow, SeatsRow
from chalicelib.plumbing import table


def appointment(pk: str, sk: str, due: str) -> bool:
    """Whether this appointment is gone (True), or is kept longer by now (False)."""
    return table.delete_expired(AppointmentRow, pk, sk, due)


def customer(pk: str, sk: str, due: str) -> bool:
    """The same for a customer: a new appointment has moved the day."""
    return table.delete_expired(CustomerRow, pk, sk, due)


def contact(pk: str, sk: str, due: str) -> bool:
    """The same for the row that knows a customer by the mail address."""
    return table.delete_expired(ContactRow, pk, sk, due)


def calendar(pk: str, sk: str, due: str) -> bool:
    """The same for a past day of an employee, or the seats of a past session (their keys are longer by two parts)."""
    return table.delete_expired(SeatsRow if sk.count("#") > 1 else DayRow, pk, sk, due)
