"""Enter a request under data protection law: from here on a clock runs, and the owner is reminded before it ends.

Restriction and objection take effect at once (Art. 18, 21 GDPR): reminders stop, and with a restriction nothing is erased
by its date until it is lifted.
"""

from datetime import date, datetime, time, timedelta
from typing import Any

from chalicelib.activity import outbox, record
from chalicelib.booking import find, forget, restrict
from chalicelib.plumbing import clock, holds, ids
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.holds import HoldRow
from chalicelib.plumbing.refusals import Conflict, Missing, invalid
from chalicelib.plumbing.visit import Visit
from chalicelib.privacy import facts, remind, rights, rules
from chalicelib.privacy.records import RequestRow


def by_customer(visit: Visit, customer_id: str, *, kind: str, words: str | None) -> dict[str, Any]:
    """A request of the customer whose link it is: the request as listed. Raises Conflict `request_is_open`, Missing."""
    open_now = [one for one in rights.rows(visit.partner, customer_id=customer_id) if one.state == "open"]
    if any(one.kind == kind for one in open_now):
        raise Conflict("request_is_open")
    return _entered(
        visit, kind=kind, customer_id=customer_id, person=None, words=words, received_on=visit.at.date(),
        entered_by="customer",
    )  # fmt: skip


def by_partner(
    visit: Visit, *, kind: str, customer_id: str | None, person: str | None, words: str | None, received_on: date
) -> dict[str, Any]:
    """A request that came by letter, mail or word of mouth. `person` says who it is where it is no customer.

    Raises Missing for no such customer, Invalid `in_the_future`, `long_ago` or `somebody`.
    """
    today = visit.at.date()
    if received_on > today:
        raise invalid("received_on", "in_the_future")
    if received_on < today - timedelta(days=366):
        raise invalid("received_on", "long_ago")
    if customer_id and find.customer(visit.partner, customer_id) is None:
        raise Missing
    if not customer_id and not person:
        raise invalid("person", "missing")
    return _entered(
        visit, kind=kind, customer_id=customer_id or None, person=person or None, words=words or None,
        received_on=received_on, entered_by="partner",
    )  # fmt: skip


def _entered(
    visit: Visit, *, kind: str, customer_id: str | None, person: str | None, words: str | None, received_on: date,
    entered_by: str,
) -> dict[str, Any]:  # fmt: skip
    row = RequestRow(
        rights.partition(visit.partner),
        ids.new(visit.at),
        kind=kind,
        state="open",
        entered_by=entered_by,
        customer_id=customer_id,
        person=person,
        words=words,
        received_on=received_on,
        due_on=rules.due_on(received_on),
        steps=[{"at": clock.text(visit.at), "kind": "received", "by": visit.employee_id}],
        created_at=visit.at,
    )
    change = Change(visit)
    change.put_new(row)
    record.fact(change, visit, facts.REQUEST_RECEIVED, subject=("request", row.sk), detail={"kind": kind})
    later(change, visit, row)
    if customer_id and kind in ("restriction", "objection"):
        restrict.customer(change, visit.partner, customer_id)
    if customer_id and kind == "restriction":
        scope = forget.restriction(customer_id)
        change.put(
            HoldRow(visit.partner, holds.key(scope), by=holds.BY_RIGHT, set_at=visit.at, until=holds.FOREVER)
        )  # fmt: skip
    return change.done(rights.shown(row, visit.at.date()))


def later(change: Change, visit: Visit, row: RequestRow) -> None:
    """Put the reminder of a request into the outbox with `change`; it is due some days before the request is."""
    on = datetime.combine(row.due_on - timedelta(days=rules.REMIND_DAYS_BEFORE), time(6), tzinfo=visit.at.tzinfo)
    body = {"request_id": row.sk, "due_on": row.due_on.isoformat()}
    outbox.add(
        change, visit, remind.TASK, body, row_id=f"{row.sk}-due-{row.due_on.isoformat()}", due_at=max(on, visit.at),
        subject=("request", row.sk),
    )  # fmt: skip
