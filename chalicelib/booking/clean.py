"""Take the person out of the appointments of somebody who was erased; what is still to come is cancelled."""

from dataclasses import replace

from chalicelib.activity.happened import Happened
from chalicelib.booking import ending, find, rules
from chalicelib.booking.records import AppointmentRow
from chalicelib.plumbing.change import Change, settled
from chalicelib.plumbing.refusals import Missing
from chalicelib.plumbing.visit import Visit


def appointments_of(visit: Visit, customer_id: str) -> int:
    """How many appointments were cleaned. Running it again does no harm: what is done is no longer found.

    An appointment stays as a number without a person (when, which service, what it cost), until its own day comes.
    Raises Unavailable.
    """
    visit = replace(visit, once=None)
    found = find.of_customer(visit.partner, customer_id)
    for one in found:
        _clean(visit, one.sk)
    return len(found)


def leftovers(_change: Change, visit: Visit, happened: Happened) -> None:
    """What follows from the fact that a customer was erased: the same again, for what was not finished or not yet found."""
    if happened.subject_id is not None:
        appointments_of(visit, happened.subject_id)


def _clean(visit: Visit, appointment_id: str) -> None:
    def decide(change: Change) -> None:
        try:
            row = find.row_of(visit.partner, appointment_id)
        except Missing:
            return
        if row.status in rules.MOVABLE and row.start_at > visit.at:
            by: rules.Status = (
                "cancelled_by_customer"
                if visit.source in ("web", "widget") and visit.role is None
                else "cancelled_by_partner"
            )
            ending.add(change, visit, row, by, forgotten=True)
        else:
            change.update(row, ending.FORGET, AppointmentRow.pk.exists())

    settled(visit, decide)
