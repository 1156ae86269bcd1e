"""Read a calendar that is kept elsewhere, keep when its owner is busy, and put the next reading off."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

from chalicelib.activity import outbox, record
from chalicelib.activity.vocabulary import Fact
from chalicelib.booking import busy, invitation
from chalicelib.calendars import facts, fetch, find, read_apart, rules
from chalicelib.calendars.records import SourceRow
from chalicelib.calendars.source_rules import Unreadable, Window
from chalicelib.offering import find as offering
from chalicelib.offering.find import Offer
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.database import Stale
from chalicelib.plumbing.refusals import Missing, Unavailable
from chalicelib.plumbing.visit import Visit


def source(visit: Visit, row: outbox.Row) -> None:
    """Do what a claimed row of the outbox asks for; `visit` is on the ground of its partner.

    The row stays as long as the source does. Reading twice does no harm. Raises Stale when another worker has the
    row by now.
    """
    body = row.body or {}
    employee_id, source_id = str(body.get("employee")), str(body.get("source"))
    one, offer = find.source_row(visit.partner, employee_id, source_id), _offer(visit)
    if one is None or offer is None:
        _gone(visit, row, employee_id, source_id)
        return
    employee = offer.employees.get(employee_id)
    if employee is None or not employee.active:
        busy.forget(visit.partner, employee_id, source_id)
        actions = [SourceRow.state.set("resting"), SourceRow.mark.remove(), SourceRow.read_on.remove()]
        _put_off(visit, row, one, actions, wait=rules.RESTS, outcome="resting")
        return
    try:
        _read(visit, row, one, offer)
    except (fetch.Failed, Unreadable) as problem:
        _failed(visit, row, one, problem.code)
    except Unavailable:  # something of our own is away; the calendar is not to blame
        outbox.postpone(row, visit.at, until=visit.at + rules.EVERY, outcome="unavailable", surely_not_done=True)


def _offer(visit: Visit) -> Offer | None:
    try:
        return offering.offer(visit.partner)
    except Missing:
        return None


def _read(visit: Visit, row: outbox.Row, one: SourceRow, offer: Offer) -> None:
    _, employee_id, source_id = one.sk.split("#")
    today = visit.at.date()
    # Once a day it is read whole: what repeats goes on into days that were too far away yesterday.
    known = one.mark if one.read_on == today else None
    fetched = fetch.calendar(one, today - timedelta(days=1), known=known)
    if fetched.content is not None:
        window = Window(today - timedelta(days=1), rules.READ_DAYS, offer.partner.timezone, invitation.uid_end())
        mask = read_apart.busy(fetched.content, window) if fetched.content else 0
        busy.says(visit.partner, employee_id, source_id, first_utc_day=window.first_utc_day, mask=mask)
    actions = [
        SourceRow.state.set("good"),
        SourceRow.succeeded_at.set(visit.at),
        SourceRow.read_on.set(today),
        SourceRow.failures.set(0),
        SourceRow.reason.remove(),
        SourceRow.failing_since.remove(),
        SourceRow.told_at.remove(),
        SourceRow.mark.set(fetched.mark) if fetched.mark else SourceRow.mark.remove(),
    ]
    fact = facts.SOURCE_READ if one.read_on != today else None
    _put_off(visit, row, one, actions, wait=rules.pause(0, _salt(row)), outcome="read", fact=fact)


def _failed(visit: Visit, row: outbox.Row, one: SourceRow, code: str) -> None:
    _, employee_id, source_id = one.sk.split("#")
    since = one.failing_since or visit.at
    failures = int(one.failures) + 1
    last_good = one.succeeded_at or one.created_at
    actions: list[Any] = [
        SourceRow.failures.set(failures),
        SourceRow.failing_since.set(since),
        SourceRow.reason.set(code),
    ]
    fact = facts.SOURCE_FAILED if failures == 1 else None
    state = one.state if one.state == "stale" else "failing"
    if visit.at - since >= rules.TOLD_AFTER and not one.told_at:
        actions.append(SourceRow.told_at.set(visit.at))
        fact = facts.SOURCE_SILENT
    elif visit.at - last_good >= rules.STALE_AFTER and state != "stale":
        busy.forget(visit.partner, employee_id, source_id)
        # The version that was read is not kept any more, so it has to come again.
        actions += [SourceRow.mark.remove(), SourceRow.read_on.remove()]
        state, fact = "stale", facts.SOURCE_STALE
    actions.append(SourceRow.state.set(state))
    _put_off(visit, row, one, actions, wait=rules.pause(failures, _salt(row)), outcome=code, fact=fact)


def _put_off(
    visit: Visit,
    row: outbox.Row,
    one: SourceRow,
    actions: list[Any],
    *,
    wait: timedelta,
    outcome: str,
    fact: Fact | None = None,
) -> None:
    """Note how it went, and let the row come again. A source that was removed meanwhile leaves nothing behind."""
    _, employee_id, source_id = one.sk.split("#")
    until = visit.at + wait
    change = Change(visit)
    noted = [SourceRow.tried_at.set(visit.at), SourceRow.next_at.set(until)]
    change.update(one, [*actions, *noted], SourceRow.pk.exists(), lost=_Removed)
    if fact is not None:
        told = {"employee_id": employee_id, "outcome": outcome}
        record.fact(change, visit, fact, subject=("calendar_source", source_id), detail=told)
    try:
        change.done()
    except _Removed:
        _gone(visit, row, employee_id, source_id)
        return
    outbox.postpone(row, visit.at, until=until, outcome=outcome, surely_not_done=True)


class _Removed(Exception):
    pass


def _gone(visit: Visit, row: outbox.Row, employee_id: str, source_id: str) -> None:
    busy.forget(visit.partner, employee_id, source_id)
    change = Change(visit)
    outbox.remove(change, row)
    with suppress(Stale):
        change.done()


def _salt(row: outbox.Row) -> str:
    return f"{row.sk}/{int(row.attempts)}"
