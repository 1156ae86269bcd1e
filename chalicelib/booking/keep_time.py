"""Keep times for appointments of a file before any of them is written, and give them back: nobody sees it, nobody is told."""

from collections.abc import Sequence
from datetime import datetime

from chalicelib.booking import days, ending, place
from chalicelib.booking.arrival import Arrival
from chalicelib.booking.days import Sheet, Span
from chalicelib.booking.records import AppointmentRow
from chalicelib.offering.find import Offer
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.refusals import Conflict, Invalid
from chalicelib.plumbing.visit import Visit


def add(change: Change, visit: Visit, wanted: Arrival, *, offer: Offer) -> None:
    """Put the time of an appointment, or a seat of its session, into `change`. One read; whatever was faster makes it `Stale`.

    Raises Conflict `slot_taken`, Invalid for a start that cannot be.
    """
    sheet = _read(visit.partner, [wanted], offer)
    _take(sheet, wanted, _span(visit.at, wanted, sheet, offer))
    days.write(change, sheet, capacity=wanted.seats)


def give_back(change: Change, visit: Visit, kept: Arrival) -> None:
    """Give back with `change` what `add` kept. One read."""
    row = AppointmentRow(
        f"{visit.partner}#appointments", kept.id, service_id=kept.service_id, employee_id=kept.employee_id,
        start_at=kept.start, end_at=kept.end, buffer_before_minutes=kept.buffer_before_minutes,
        buffer_after_minutes=kept.buffer_after_minutes, seats=kept.seats,
    )  # fmt: skip
    ending.give_back(change, visit.partner, row)


def conflicts(partner_id: str, at: datetime, wanted: Sequence[Arrival], *, offer: Offer) -> dict[str, str]:
    """Those of these appointments, by id, that find no time, and why: tried on paper, each beside those before it.

    One request for each hundred days of employees and sessions.
    """
    found: dict[str, str] = {}
    sheet = _read(partner_id, wanted, offer)
    for one in wanted:
        try:
            _take(sheet, one, _span(at, one, sheet, offer))
        except Conflict as conflict:
            found[one.id] = conflict.code
        except Invalid as invalid:
            found[one.id] = invalid.problems[0].code
        else:
            _seated(sheet, one)
    return found


def _read(partner_id: str, wanted: Sequence[Arrival], offer: Offer) -> Sheet:
    places: list[days.Place] = []
    sessions: list[str] = []
    for one in wanted:
        able = (offer.employees[one.employee_id],)
        places += place.places(one.start, one.terms, able)
        sessions += place.session_keys(one.start, one.terms, one.service_id, able)
    return days.read(partner_id, places, sessions=sessions)[0]


def _span(at: datetime, one: Arrival, sheet: Sheet, offer: Offer) -> Span:
    employee, service = offer.employees[one.employee_id], offer.services[one.service_id]
    able = (employee,)
    return place.decide(at, offer, service, able=able, start=one.start, sheet=sheet, bound=False, asked=one.terms)[1]


def _take(sheet: Sheet, one: Arrival, span: Span) -> None:
    if one.seats == 1:
        days.take(sheet, span)
    else:
        days.join(sheet, span, one.service_id)


def _seated(sheet: Sheet, one: Arrival) -> None:
    """On paper a session knows at once of whoever joined it."""
    key = days.session_key(one.employee_id, one.start, one.service_id)
    session = sheet.sessions.get(key)
    if session is not None:
        session.seats_taken = int(session.seats_taken) + 1
    elif key in sheet.opened:
        sheet.sessions[key] = sheet.opened[key]
