"""Send one message once: look again whether it should go, hand it over, write down how it ended."""

from datetime import datetime

from chalicelib.activity import outbox, record
from chalicelib.activity.calls import Calls
from chalicelib.messaging import compose, facts, mail, rules, smsapi, standing
from chalicelib.messaging.mail import Mail
from chalicelib.messaging.rules import Verdict
from chalicelib.plumbing import outcomes, trail
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.visit import Visit


def message(visit: Visit, row: outbox.Row) -> None:
    """Send the message of a claimed row, of the tasks `mail` and `sms`; `visit` is on the ground of its partner.

    Raises Later, Never and Unknown of plumbing.outcomes for the worker to judge, and Stale when another worker
    has the row by now. An SMS whose first try may have arrived is not tried again after rules.UNSURE_FOR, for then the
    vendor no longer knows it.
    """
    made = compose.message(row, visit.at)
    if isinstance(made, Verdict):
        _not_sent(visit, row, made)
        return
    # Mail has no line in the log: it leaves us through the processor that holds all data.
    with Calls(visit, claimed=row) as calls:
        if isinstance(made.content, Mail):
            _sent(visit, row, calls, outcome=_how(made), provider_id=mail.send(made.content), parts=None)
            return
        if row.tried_at is not None and visit.at - row.tried_at > rules.UNSURE_FOR:
            raise outcomes.Never("local", "nobody knows whether it went", fault="content")
        sent = smsapi.send(made.content, calls)
        outcome = "already_sent" if sent.already else _how(made)
        _sent(visit, row, calls, outcome=outcome, provider_id=sent.provider_id, parts=sent.parts)


def failed(visit: Visit, row: outbox.Row, problem: Exception) -> None:
    """Give a message up, visibly. A reminder whose number is no good goes by mail instead."""
    change = Change(visit)
    code = _code(problem)
    outbox.finish(change, row, visit.at, state="failed", outcome=code)
    detail = {"channel": row.task, "kind": rules.kind_of(row.sk), "code": code}
    record.fact(change, visit, facts.FAILED, subject=_subject(row), detail=detail)
    number_is_bad = isinstance(problem, outcomes.Never) and problem.fault in ("recipient", "opted_out")
    if row.task == "sms" and number_is_bad and rules.kind_of(row.sk) == "reminder":
        _by_mail(change, visit, row)
    change.done()


def _sent(
    visit: Visit, row: outbox.Row, calls: Calls, *, outcome: str, provider_id: str | None, parts: int | None
) -> None:  # fmt: skip
    change = Change(visit)
    outbox.finish(change, row, visit.at, state="done", outcome=outcome, provider_id=provider_id, parts=parts)
    detail = {"channel": row.task, "kind": rules.kind_of(row.sk), "parts": parts}
    record.fact(change, visit, facts.SENT, subject=_subject(row), detail=detail)
    if rules.kind_of(row.sk) == "reminder":
        change.count("ReminderLag", max(0.0, (visit.at - row.planned_at).total_seconds()))
    calls.add(change)
    change.done()


def _how(made: compose.Ready) -> str:
    """How a message went: the partner is told on the list of messages when its own text was no good."""
    return standing.IN_OUR_WORDS if made.own_failed else "sent"


def _not_sent(visit: Visit, row: outbox.Row, verdict: Verdict) -> None:
    trail.note(outcome=verdict.step, why=verdict.reason)
    if verdict.step == "wait":
        assert verdict.until is not None
        unsure = _tried_before(row, visit.at)
        outbox.postpone(
            row, visit.at, until=verdict.until, outcome=verdict.reason, surely_not_done=not unsure, planned=True
        )  # fmt: skip
        return
    change = Change(visit)
    outbox.finish(change, row, visit.at, state="dropped", outcome=verdict.reason)
    if verdict.step == "mail":
        _by_mail(change, visit, row)
    change.done()


def _by_mail(change: Change, visit: Visit, row: outbox.Row) -> None:
    row_id = f"{row.sk.removesuffix('-sms')}-mail"
    outbox.add(
        change, visit, "mail", dict(row.body or {}), row_id=row_id, due_at=visit.at, subject=_subject(row), new=True
    )  # fmt: skip


def _subject(row: outbox.Row) -> tuple[str, str] | None:
    return (row.subject_kind, row.subject_id) if row.subject_kind and row.subject_id else None


def _tried_before(row: outbox.Row, at: datetime) -> bool:
    """Whether an earlier try may have arrived: the claim keeps the instant of the first such try."""
    return row.tried_at is not None and row.tried_at < at


def _code(problem: Exception) -> str:
    if isinstance(problem, outcomes.Never):
        return f"{problem.code}: {problem.reason}"[:200]
    reason = getattr(problem, "reason", None)
    return f"gave_up: {reason or type(problem).__name__}"[:200]
