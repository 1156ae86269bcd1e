"""What becomes of an appointment: one change of status, which gives its time back when it holds it no longer."""

from typing import Any, cast

from chalicelib.activity import record
from chalicelib.activity.vocabulary import Fact
from chalicelib.booking import days, facts, place, rules
from chalicelib.booking.find import row_of
from chalicelib.booking.records import AppointmentRow
from chalicelib.plumbing import clock
from chalicelib.plumbing.change import Change, settled
from chalicelib.plumbing.refusals import Conflict, Forbidden
from chalicelib.plumbing.visit import Visit

CANCELLED = ("cancelled_by_customer", "cancelled_by_partner")
_FACTS: dict[str, Fact] = {
    "confirmed": facts.CONFIRMED,
    "declined": facts.DECLINED,
    "expired": facts.DECLINED,
    "completed": facts.COMPLETED,
    "no_show": facts.MISSED,
}

FORGET = [
    AppointmentRow.note.remove(),
    AppointmentRow.answers.remove(),
    AppointmentRow.reason.remove(),
    AppointmentRow.phone.remove(),
    AppointmentRow.lookup.remove(),
    AppointmentRow.lookup_at.remove(),
]
"""What goes from an appointment with its customer."""


def become(
    visit: Visit,
    appointment_id: str,
    status: rules.Status,
    *,
    answer: Any,
    reason: str | None = None,
    within_window: bool = False,
) -> dict[str, Any]:
    """Let an appointment become `status`; `answer(row)` makes the result of the form from the row as it is then.

    `within_window` keeps a customer to the time until which they may cancel. Raises Missing, Forbidden for an employee's
    hand on somebody else's, Conflict `already_cancelled`, `too_late_to_change`, `not_from_here`, `not_before_start`,
    Unavailable after eight lost races.
    """

    def decide(change: Change) -> dict[str, Any]:
        row = row_of(visit.partner, appointment_id)
        mine(visit, row)
        _allowed(visit, row, status, within_window=within_window)
        add(change, visit, row, status, reason=reason)
        result: dict[str, Any] = answer(row)
        return result

    return settled(visit, decide)


def add(
    change: Change,
    visit: Visit,
    row: AppointmentRow,
    status: rules.Status,
    *,
    reason: str | None = None,
    forgotten: bool = False,
) -> None:
    """Put the change of status into `change`, with the time given back and the fact; `row` becomes what it will be.

    With `forgotten`, what it says about its customer goes too.

    Whatever was changed meanwhile makes it `Stale`. One read when time is given back.
    """
    old_status, old_sequence = row.status, row.sequence
    if old_status in rules.HOLDING and status not in rules.HOLDING:
        give_back(change, visit.partner, row)
    ended = status not in rules.HOLDING
    row.status = status
    row.history = [*row.history, place.history(visit.at, _kind(status), source_of(visit))]
    actions = [AppointmentRow.status.set(status), AppointmentRow.history.set(row.history)]
    if ended:
        row.sequence = old_sequence + 1
        actions.append(AppointmentRow.sequence.set(row.sequence))
    if forgotten:
        actions += FORGET
    elif reason:
        row.reason = reason
        actions.append(AppointmentRow.reason.set(reason))
    change.update(row, actions, (AppointmentRow.status == old_status) & (AppointmentRow.sequence == old_sequence))
    record.fact(
        change,
        visit,
        _FACTS.get(status, facts.CANCELLED),
        subject=("appointment", row.sk),
        detail=detail(row) | {"status": status},
    )


def mine(visit: Visit, row: AppointmentRow) -> None:
    """Raises Forbidden when an employee without a higher role touches somebody else's appointment."""
    if visit.role == "employee" and row.employee_id != visit.employee_id:
        raise Forbidden("not_yours")


def source_of(visit: Visit) -> str:
    """Where a change comes from, as an appointment's history tells it: a signed-in person is the partner."""
    return "partner" if visit.employee_id is not None and visit.source == "web" else visit.source


def detail(row: AppointmentRow) -> dict[str, Any]:
    """What every fact about an appointment says."""
    return {
        "start": clock.text(row.start_at),
        "service_id": row.service_id,
        "employee_id": row.employee_id,
        "customer_id": row.customer_id,
        "sequence": int(row.sequence),
    }


def _allowed(visit: Visit, row: AppointmentRow, status: rules.Status, *, within_window: bool) -> None:
    if row.status in CANCELLED and status in CANCELLED:
        raise Conflict("already_cancelled")
    answer = rules.may_become(cast("rules.Status", row.status), status, now=visit.at, start=row.start_at)
    if answer != "allowed":
        raise Conflict(answer)
    if within_window and not rules.may_change(visit.at, row.start_at, int(row.cancel_until_hours)):
        raise Conflict("too_late_to_change")


def give_back(change: Change, partner_id: str, row: AppointmentRow) -> None:
    """Give back with `change` the time, or the seat, that an appointment holds. One read."""
    span = days.span_of(row)
    grouped = row.seats > 1
    key = days.session_key(row.employee_id, row.start_at, row.service_id)
    sheet, _ = days.read(partner_id, [place_ for place_, _ in span.masks], sessions=[key] if grouped else [])
    if grouped:
        days.leave(sheet, span, row.service_id)
    else:
        days.free(sheet, span)
    days.write(change, sheet)


def _kind(status: str) -> str:
    if status in CANCELLED:
        return "cancelled"
    return "missed" if status == "no_show" else status
