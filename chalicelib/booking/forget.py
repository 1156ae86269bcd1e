"""Forget appointments, customers and past days, each on the day that it carries."""

from collections.abc import Iterable, Sequence
from datetime import date

from chalicelib.booking import people
from chalicelib.booking.records import (
    AppointmentRow,
    BusyDayRow,
    BusyRow,
    ContactRow,
    CustomerRow,
    DayRow,
    SeatsRow,
)
from chalicelib.plumbing import holds, table
from chalicelib.plumbing.database import Stale
from chalicelib.plumbing.refusals import Unavailable
from chalicelib.plumbing.transaction import Transaction

KINDS = (DayRow, SeatsRow, BusyDayRow, BusyRow, CustomerRow, ContactRow, AppointmentRow)
"""Every kind of row that this room keeps."""


def of_account(partner_id: str) -> Iterable[table.Address]:
    """Where everything lies that this room keeps of a partner."""
    for partition in (
        people.partition(partner_id),
        f"{partner_id}#appointments",
        f"{partner_id}#calendar",
        f"{partner_id}#busy",
    ):
        yield from table.addresses("records", partition)


def scopes(customer_id: str) -> tuple[str, ...]:
    """The holds that keep whatever is about a customer: on the account, on them, and their own right to restriction."""
    return (holds.ACCOUNT, customer_id, restriction(customer_id))


def restriction(customer_id: str) -> str:
    """The scope of a customer's right that their data is kept and not used (Art. 18 GDPR)."""
    return f"restricted-{customer_id}"


def appointment(pk: str, sk: str, due: str, today: date) -> bool:
    """Whether this appointment is gone (True), or is kept longer by now (False). Raises holds.Held."""
    row = table.get(AppointmentRow, pk, sk)
    if row is None:
        return True
    partner_id, asked = pk.removesuffix("#appointments"), scopes(row.customer_id)
    return holds.remove_expired(AppointmentRow, pk, sk, due, partner_id=partner_id, scopes=asked, today=today)


def appointments(pk: str, sks: Sequence[str], due: str, today: date) -> bool:
    """Whether all of these appointments are gone now; False: none of them is, each has to be asked for."""
    rows = table.get_many([(AppointmentRow, pk, sk) for sk in sks])
    asked = [one for row in rows if isinstance(row, AppointmentRow) for one in scopes(row.customer_id)]
    partner_id = pk.removesuffix("#appointments")
    return holds.remove_together(AppointmentRow, pk, sks, due, partner_id=partner_id, scopes=asked, today=today)


def customer(pk: str, sk: str, due: str, today: date) -> bool:
    """The same for a customer, who goes together with the pointer from the mail address; a new appointment moves the day."""
    for _ in range(8):
        row = table.get(CustomerRow, pk, sk)
        if row is None or row.expiry_shard != due:
            return row is None
        change = Transaction()
        people.remove(change, row, due=due)
        asked = scopes(sk.removeprefix("customer#"))
        holds.check(change, pk.removesuffix("#customers"), asked, today)
        try:
            change.commit()
        except Stale:
            continue
        return True
    raise Unavailable


def calendar(pk: str, sk: str, due: str, today: date) -> bool:
    """The same for a past day of an employee, or the seats of a past session (their keys are longer by two parts)."""
    kind = SeatsRow if sk.count("#") > 1 else DayRow
    partner_id = pk.removesuffix("#calendar")
    return holds.remove_expired(kind, pk, sk, due, partner_id=partner_id, scopes=(holds.ACCOUNT,), today=today)


def days(pk: str, sks: Sequence[str], due: str, today: date) -> bool:
    """The same for several of them at once; False: none of them is gone."""
    partner_id, asked = pk.removesuffix("#calendar"), (holds.ACCOUNT,)
    # Only keys matter where rows are deleted, so one kind stands for both.
    return holds.remove_together(DayRow, pk, sks, due, partner_id=partner_id, scopes=asked, today=today)
