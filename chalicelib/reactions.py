"""When this happened, do that: everything that follows from a fact in a higher room, on one page."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from chalicelib.accounts import introduce
from chalicelib.activity import calls, happened, outbox
from chalicelib.activity import rules as patience
from chalicelib.activity.happened import Happened
from chalicelib.analytics import count, report
from chalicelib.billing import invoice, turn
from chalicelib.billing.begin import TURN
from chalicelib.booking import clean
from chalicelib.calendars import add_source, refresh
from chalicelib.consent import enrol, erase_subscriber, hand_over, leave
from chalicelib.exchange import forget as exchange
from chalicelib.exchange import watch, watch_import
from chalicelib.messaging import (
    already_registered,
    compose,
    confirm,
    confirm_newsletter,
    invite,
    plan,
    reset,
    send,
    tell_cancelled,
    tell_moved,
    tell_password,
    tell_recipient,
    tell_second_factor,
    tell_silent,
    tell_staff,
    tell_stopped,
    welcome,
)
from chalicelib.plumbing import egress, log, outcomes, trail
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.database import Stale
from chalicelib.plumbing.visit import Visit
from chalicelib.plumbing.workers import Workers
from chalicelib.privacy import elsewhere, erase_account, erase_customer, forget_elsewhere, remind
from chalicelib.relay import deliver, hear, queue_up

workers = Workers(__name__)

# A verb adds to an open change. The change of all verbs of a fact ends the fact's outbox row too, so that whatever
# follows happens once, however often the row is worked on.
Verb = Callable[[Change, Visit, Happened], None]

REACTIONS: Mapping[str, tuple[Verb, ...]] = {
    "partner.registered": (welcome.partner,),
    "registration.repeated": (already_registered.partner,),
    "password.reset_asked": (reset.password,),
    "password.changed": (tell_password.employee,),
    "login.codes_refused": (tell_second_factor.employee,),
    "second_factor.switched_on": (tell_second_factor.employee,),
    "second_factor.switched_off": (tell_second_factor.employee,),
    "second_factor.reset": (tell_second_factor.employee,),
    "employee.added": (invite.employee,),
    "employee.invited_again": (invite.employee,),
    "newsletter.asked": (confirm_newsletter.partner,),
    "newsletter.confirmed": (introduce.subscriber,),
    "appointment.booked": (confirm.booking, plan.reminders, tell_staff.change, hear.fact),
    "appointment.confirmed": (confirm.booking, plan.reminders),
    "appointment.declined": (tell_cancelled.customer, hear.fact),
    "appointment.moved": (tell_moved.customer, plan.reminders, tell_staff.change, hear.fact),
    "appointment.cancelled": (tell_cancelled.customer, tell_staff.change, hear.fact),
    "appointment.completed": (hear.fact,),
    "appointment.missed": (hear.fact,),
    "customer.created": (hear.fact,),
    "customer.updated": (hear.fact,),
    "order.placed": (tell_recipient.order,),
    "webhook.stopped": (tell_stopped.owner,),
    "calendar.source_silent": (tell_silent.owner,),
    "customer.erased": (clean.leftovers, exchange.customer, hear.fact),
}


def react(visit: Visit, row: outbox.Row) -> None:
    """Do all that follows from the fact in `row`, and end the row, in one transaction."""
    what = happened.of(row)
    verbs = REACTIONS.get(what.kind)
    if verbs is None:
        raise _nobody(f"the fact {what.kind}")
    change = Change(visit)
    for verb in verbs:
        verb(change, visit, what)
    outbox.finish(change, row, visit.at, state="done", outcome="reacted")
    change.done()


Task = Callable[[Visit, outbox.Row], None]

TASKS: Mapping[str, Task] = {
    "reaction": react,
    "mail": send.message,
    "sms": send.message,
    enrol.JOIN: hand_over.subscriber,
    leave.ERASE: erase_subscriber.at_vendor,
    invoice.TASK: invoice.order,
    TURN: turn.plan,
    watch.TASK: watch.export,
    watch_import.TASK: watch_import.brought,
    queue_up.TASK: deliver.message,
    count.TASK: report.event,
    erase_account.TASK: erase_account.account,
    erase_account.AFTERWARDS: erase_account.afterwards,
    elsewhere.ZENDESK: forget_elsewhere.zendesk,
    elsewhere.CHATRA: forget_elsewhere.chatra,
    elsewhere.BEXIO: forget_elsewhere.bexio,
    erase_customer.TASK: erase_customer.finish,
    remind.TASK: remind.owner,
    add_source.TASK: refresh.source,
    calls.TASK: calls.late,
}
_NEVER_GIVEN_UP = frozenset(
    {
        *(
            erase_account.TASK,
            erase_account.AFTERWARDS,
            erase_customer.TASK,
            leave.ERASE,
            watch.TASK,
            watch_import.TASK,
            elsewhere.ZENDESK,
            elsewhere.CHATRA,
            calls.TASK,
        ),
        *(invoice.TASK, TURN, elsewhere.BEXIO, queue_up.TASK, add_source.TASK),
    }
)  # what was promised to go, or was bought, is tried every day until it is done; a webhook ends itself after three days,
# and a calendar is read as long as it is connected

_A_DAY_LONG = frozenset({"mail", "sms", enrol.JOIN})
"""A vendor that is away for a day gets what waited; what is no longer true by then is dropped (messaging.rules)."""


_CALL_ONCE: Mapping[str, Callable[[outbox.Row], egress.Disclosure]] = {
    "sms": compose.disclosure,
    count.TASK: report.disclosure,
}
"""What a worker may have told that died with a row of these tasks: its claim stands for the one call that it makes."""


# Five messages: if each waits ten seconds for a partner's system, the function still ends in its minute.
@workers.queue("outbox_work", batch_size=5)
def work(visit: Visit, body: str) -> None:
    """Do what one outbox row asks for. What goes wrong is written into the row, so that no row holds up another."""
    address = _address(body)
    if address is None:
        # Not from us, and it would be just as wrong the next time.
        log.warning("outbox.not_an_address", letters=len(body))
        return
    row = outbox.claim(*address, visit.at)
    if row is None:
        return
    visit = visit.for_partner(row.pk.removesuffix("#outbox"))
    trail.follow(row.correlation_id)
    trail.note(partner_id=visit.partner_id, task=row.task, row=row.sk, attempts=int(row.attempts), outcome="done")
    try:
        _done(visit, row)
    except (Stale, calls.NotWritten):
        # In other hands by now, or already answered for; should neither be so, the end of the lease brings it back.
        trail.note(outcome="lost_claim")


def _done(visit: Visit, row: outbox.Row) -> None:
    tells = _CALL_ONCE.get(row.task)
    if tells is not None:
        calls.of_the_dead(visit, row, tells(row))
    if row.attempts > _most_attempts(row) and row.task not in _NEVER_GIVEN_UP:
        _give_up(visit, row, outcomes.Unknown("every worker died of it"))
        return
    try:
        _task_of(row)(visit, row)
    except outcomes.Never as never:
        log.error("outbox.refused", never, task=row.task, row=row.sk, code=never.code.replace(" ", "_"))
        if never.is_ours_to_mend:
            # Whoever is woken may mend it within the hour that the tries take.
            _again(visit, row, never, wish_s=None, surely_not_done=_first_try(row, visit.at))
        else:
            _give_up(visit, row, never)
    except outcomes.Later as later:
        _again(visit, row, later, wish_s=later.retry_after_s, surely_not_done=_first_try(row, visit.at))
    except outcomes.Unknown as unknown:
        _again(visit, row, unknown, wish_s=None, surely_not_done=False)
    except (Stale, calls.NotWritten):
        raise
    except Exception as problem:  # noqa: BLE001 - a row that breaks us must end in its own row, not in the batch
        log.error("outbox.broke", problem, task=row.task, row=row.sk)
        _again(visit, row, problem, wish_s=None, surely_not_done=False)


def _task_of(row: outbox.Row) -> Task:
    task = TASKS.get(row.task)
    if task is None:
        raise _nobody(f"the task {row.task}")
    return task


def _nobody(what: str) -> outcomes.Never:
    return outcomes.Never("local", f"nobody knows {what}", fault="content")


def _again(visit: Visit, row: outbox.Row, problem: Exception, *, wish_s: int | None, surely_not_done: bool) -> None:
    if row.task in _NEVER_GIVEN_UP and row.attempts >= patience.MOST_ATTEMPTS:
        log.error("outbox.goes_on_tomorrow", problem, task=row.task, row=row.sk)
        trail.note(outcome="tomorrow")
        outbox.postpone(row, visit.at, until=visit.at + timedelta(days=1), outcome="later", surely_not_done=False)
        return
    if row.attempts >= _most_attempts(row):
        _give_up(visit, row, problem)
        return
    until = visit.at + patience.pause_before(int(row.attempts), wish_s=wish_s)
    outcome = str(getattr(problem, "reason", type(problem).__name__))[:200]
    trail.note(outcome="again", error=type(problem).__name__)
    outbox.postpone(row, visit.at, until=until, outcome=outcome, surely_not_done=surely_not_done)


def _most_attempts(row: outbox.Row) -> int:
    return patience.MOST_ATTEMPTS_OF_A_DAY if row.task in _A_DAY_LONG else patience.MOST_ATTEMPTS


def _give_up(visit: Visit, row: outbox.Row, problem: Exception) -> None:
    trail.note(outcome="given_up", error=type(problem).__name__)
    if row.task == enrol.JOIN:
        hand_over.failed(visit, row, problem)
    elif row.task == count.TASK:
        report.give_up(visit, row)
    else:
        send.failed(visit, row, problem)


def _first_try(row: outbox.Row, at: datetime) -> bool:
    """Whether no earlier try is in doubt; only then does a refusal now mean that nothing has happened."""
    return row.tried_at is None or row.tried_at >= at


def _address(body: str) -> tuple[str, str] | None:
    try:
        pk, sk = json.loads(body)
    except (ValueError, TypeError, RecursionError):
        return None
    return (pk, sk) if isinstance(pk, str) and isinstance(sk, str) and pk and sk else None
