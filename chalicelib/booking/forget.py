"""Forget appointments, customers and past days, each on the day that it carries."""

from collections.abc import Iterable

from chalicelib.booking import people
from chalicelib.booking.records import AppointmentRow, ContactRow, CustomerRow, DayRow, SeatsRow
from chalicelib.plumbing import table
from chalicelib.plumbing.refusals import Unavailable

KINDS = (DayRow, SeatsRow, CustomerRow, ContactRow, AppointmentRow)
"""Every kind of row that this room keeps."""


def of_account(partner_id: str) -> Iterable[table.Address]:
    """Where everything lies that this room keeps of a partner."""
    for partition in (people.partition(partner_id), f"{partner_id}#appointments", f"{partner_id}#calendar"):
        yield from table.addresses("records", partition)


def appointment(pk: str, sk: str, due: str) -> bool:
    """Whether this appointment is gone (True), or is kept longer by now (False)."""
    return table.delete_expired(AppointmentRow, pk, sk, due)


def customer(pk: str, sk: str, due: str) -> bool:
    """The same for a customer, who goes together with the pointer from the mail address; a new appointment moves the day."""
    for _ in range(8):
        row = table.get(CustomerRow, pk, sk)
        if row is None or row.expiry_shard != due:
            return row is None
        change = table.Transaction()
        people.remove(change, row, due=due)
        try:
            change.commit()
        except table.Stale:
            continue
        return True
    raise Unavailable


def calendar(pk: str, sk: str, due: str) -> bool:
    """The same for a past day of an employee, or the seats of a past session (their keys are longer by two parts)."""
    return table.delete_expired(SeatsRow if sk.count("#") > 1 else DayRow, pk, sk, due)
