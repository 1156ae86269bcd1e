"""Erase a closed account, room by room: counted first, then removed, looked at again, and only then certified.

It may die at any step and be begun again: what was found at first is written down before anything goes, and what is gone
is no longer found.
"""

from collections.abc import Callable, Iterable
from datetime import timedelta
from itertools import islice
from typing import Any

from chalicelib.accounts import forget as accounts
from chalicelib.activity import forget as activity
from chalicelib.activity import ledger, outbox, record
from chalicelib.booking import forget as booking
from chalicelib.consent import forget as consent
from chalicelib.consent import leave
from chalicelib.exchange import forget as exchange
from chalicelib.messaging import forget as messaging
from chalicelib.offering import forget as offering
from chalicelib.plumbing import clock, envelope, ids, outcomes, settings, table
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.visit import Visit
from chalicelib.privacy import certificate, elsewhere, facts
from chalicelib.privacy.records import CertificateRow
from chalicelib.privacy.rules import RETENTION

TASK = "erasure"
MOST_ROWS = 5_000  # in one go; the rest follows in a row of its own, so that no worker runs out of time


def _messages(partner_id: str) -> Iterable[table.Address]:
    yield from activity.of_account(partner_id, but=TASK, first_done=(leave.ERASE,))
    yield from messaging.of_account(partner_id)


# Whoever is looked up to find others goes last.
_ERASED: tuple[tuple[str, Callable[[str], Iterable[table.Address]]], ...] = (
    ("booking", booking.of_account),
    ("exchange", exchange.of_account),
    ("offering", offering.of_account),
    ("messaging", _messages),
    ("consent", consent.chosen),
    ("accounts", accounts.of_account),
)


def account(visit: Visit, row: outbox.Row) -> None:
    """Do the next part of the erasure that `row` asks for; the partner is that of the visit.

    Ends the row; what is left over goes on in another. Raises table.Stale when another worker has the row by now, and
    Later while a processor that was asked to erase has not confirmed it: until then nothing is certified.
    """
    certificate_id = str((row.body or {})["certificate"])
    asked = table.get(CertificateRow, certificate.PARTITION, certificate_id)
    if asked is None or asked.completed_at:
        _end(visit, row, Change(visit), outcome="done_before")
        return
    if not asked.planned:
        elsewhere.ask(visit, certificate_id)
        asked.planned = _plan(visit)
        table.update(asked, [CertificateRow.planned.set(asked.planned)], CertificateRow.planned.does_not_exist())
    _ask_around(visit, asked)
    exchange.files(visit.partner)
    left = MOST_ROWS
    for _, where in _ERASED:
        batch = list(islice(where(visit.partner), left))
        table.remove_many(batch)
        left -= len(batch)
    for fact in islice(activity.readable(visit.partner), max(left, 0)):
        activity.veil(fact)
        left -= 1
    change = Change(visit)
    if left <= 0 or _anything_left(visit.partner):
        outbox.add(change, visit, TASK, dict(row.body or {}), row_id=ids.new(visit.at), due_at=visit.at)
        _end(visit, row, change, outcome="goes_on")
        return
    if any(one["state"] == "requested" for one in asked.processors or ()):
        raise outcomes.Later("a processor has not confirmed yet")
    _certify(visit, change, asked)
    # In the change that ends the row: whoever comes back after a crash can still read what the row asks for.
    envelope.end(change, visit.partner)
    _end(visit, row, change, outcome="erased")
    envelope.forget(visit.partner)


def _plan(visit: Visit) -> list[dict[str, Any]]:
    """What is there now, and what becomes of it."""
    article = "Art. 17(1) GDPR, Art. 32 DSG"
    plan = [_receipt(room, "erased", _number(where(visit.partner)), article) for room, where in _ERASED]
    kept, log = RETENTION[consent.UNTIL], RETENTION["activity"]
    assert kept.months is not None
    assert log.months is not None
    today = visit.at.date()
    return [
        *plan,
        _receipt("activity", "redacted", _number(activity.readable(visit.partner)), log.article,
                 until=clock.months_later(today, log.months).isoformat()),
        _receipt("consent", "kept", _number(consent.of_account(visit.partner)), kept.article,
                 until=clock.months_later(today, kept.months).isoformat()),
    ]  # fmt: skip


def _ask_around(visit: Visit, asked: CertificateRow) -> None:
    """Write down how it stands with whoever has to erase before anything is certified: the newsletter's vendor."""
    now = [_newsletters(visit, next(iter(asked.processors or ()), None))]
    if now != asked.processors:
        asked.processors = now
        table.update(asked, [CertificateRow.processors.set(now)], CertificateRow.completed_at.does_not_exist())


def _newsletters(visit: Visit, known: dict[str, Any] | None) -> dict[str, Any]:
    rows = outbox.of_task(visit.partner, leave.ERASE)
    made = {"name": settings.get().mailing_vendor, "state": "requested", "acknowledged_at": None}
    if any(row.finished_at is None for row in rows):
        return made
    done = [row.finished_at for row in rows if row.outcome == "erased" and row.finished_at is not None]
    if done:
        return {**made, "state": "confirmed", "acknowledged_at": clock.text(max(done))}
    return known or {**made, "state": "not_used"}


def _certify(visit: Visit, change: Change, asked: CertificateRow) -> None:
    asked.completed_at = visit.at
    # What backups of other tables hold is enciphered; the key is gone from the last backup of its own table by then.
    asked.backups_unreadable_by = (visit.at + timedelta(days=envelope.BACKUP_DAYS)).date()
    known = {one["name"]: one for one in asked.processors or ()}
    asked.processors = [known.get(one["name"], one) for one in elsewhere.states(asked.sk, asked.asked_at)]
    asked.signature, asked.key_id = certificate.sign(asked)
    change.update(
        asked,
        [
            CertificateRow.completed_at.set(asked.completed_at),
            CertificateRow.backups_unreadable_by.set(asked.backups_unreadable_by),
            CertificateRow.processors.set(asked.processors),
            CertificateRow.signature.set(asked.signature),
            CertificateRow.key_id.set(asked.key_id),
        ],
        CertificateRow.completed_at.does_not_exist(),
    )
    mark = ledger.mark(asked)
    record.fact(change, visit, facts.ACCOUNT_ERASED, subject=("partner", visit.partner), ledger=mark)


def _end(visit: Visit, row: outbox.Row, change: Change, *, outcome: str) -> None:
    outbox.finish(change, row, visit.at, state="done", outcome=outcome)
    change.done()


def _anything_left(partner_id: str) -> bool:
    rows = (one for _, where in _ERASED for one in where(partner_id))
    return next(iter(rows), None) is not None or next(iter(activity.readable(partner_id)), None) is not None


def _number(things: Iterable[object]) -> int:
    return sum(1 for _ in things)


def _receipt(room: str, outcome: str, count: int, article: str, *, until: str | None = None) -> dict[str, Any]:
    return {"room": room, "outcome": outcome, "count": count, "until": until, "article": article}
