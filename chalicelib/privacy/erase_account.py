"""Erase a closed account, room by room: counted first, then removed, looked at again, and only then certified.

It may die at any step and be begun again: what was found at first is written down before anything goes, and what is gone
is no longer found. A hold on the account, or on anybody in it, stops it; it looks again every day.
"""

from collections.abc import Callable, Iterable
from datetime import timedelta
from itertools import islice
from typing import Any

from chalicelib.accounts import forget as accounts
from chalicelib.activity import forget as activity
from chalicelib.activity import ledger, outbox, record
from chalicelib.billing import forget as billing
from chalicelib.booking import forget as booking
from chalicelib.calendars import forget as calendars
from chalicelib.consent import forget as consent
from chalicelib.consent import leave
from chalicelib.exchange import forget as exchange
from chalicelib.messaging import forget as messaging
from chalicelib.offering import forget as offering
from chalicelib.plumbing import clock, envelope, holds, ids, outcomes, settings, table
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.database import Stale
from chalicelib.plumbing.visit import Visit
from chalicelib.privacy import certificate, elsewhere, erase_customer, facts, rules
from chalicelib.privacy import forget as privacy
from chalicelib.privacy.records import CertificateRow
from chalicelib.privacy.rules import RETENTION
from chalicelib.relay import forget as relay

TASK = "erasure"
AFTERWARDS = "erasure_afterwards"
LATE_FOR = timedelta(minutes=10)  # no request lives longer than half a minute
MOST_ROWS = 5_000  # in one go; the rest follows in a row of its own, so that no worker runs out of time
ARTICLE = "Art. 17(1) GDPR, Art. 32 DSG"


def _messages(partner_id: str) -> Iterable[table.Address]:
    yield from activity.of_account(
        partner_id, but=TASK, first_done=(leave.ERASE, erase_customer.TASK), first_told=("sms",)
    )  # fmt: skip
    yield from messaging.of_account(partner_id)


# Whoever is looked up to find others goes last; holds, which everything else is asked about, behind all.
ERASED: tuple[tuple[str, Callable[[str], Iterable[table.Address]]], ...] = (
    ("booking", booking.of_account),
    ("exchange", exchange.of_account),
    ("relay", relay.of_account),
    ("calendars", calendars.of_account),
    ("offering", offering.of_account),
    ("messaging", _messages),
    ("billing", billing.of_account),
    ("consent", consent.chosen),
    ("accounts", accounts.of_account),
)


def account(visit: Visit, row: outbox.Row) -> None:
    """Do the next part of the erasure that `row` asks for; the partner is that of the visit.

    Ends the row; what is left over goes on in another. Raises Stale when another worker has the row by now, and
    Later while a processor that was asked to erase has not confirmed it: until then nothing is certified.
    """
    certificate_id = str((row.body or {})["certificate"])
    asked = table.get(CertificateRow, certificate.PARTITION, certificate_id)
    if asked is None or asked.completed_at:
        _end(visit, row, Change(visit), outcome="done_before")
        return
    if not asked.planned:
        asked.planned = _plan(visit)
        table.update(asked, [CertificateRow.planned.set(asked.planned)], CertificateRow.planned.does_not_exist())
    if _waits(visit, row, asked):
        return
    if asked.processors is None:
        elsewhere.ask(visit, certificate_id)
    _ask_around(visit, asked)
    exchange.files(visit.partner)
    try:
        left = _removed(visit)
    except holds.Held:
        if not _waits(visit, row, asked):  # it was lifted again before we could look
            raise Stale from None
        return
    change = Change(visit)
    if left <= 0 or _anything_left(visit.partner):
        outbox.add(change, visit, TASK, dict(row.body or {}), row_id=ids.new(visit.at), due_at=visit.at)
        _end(visit, row, change, outcome="goes_on")
        return
    if any(one["state"] == "requested" for one in asked.processors or ()):
        raise outcomes.Later("a processor has not confirmed yet")
    if any(one.finished_at is None for one in outbox.of_task(visit.partner, erase_customer.TASK)):
        # With the key of the account nobody could read any more what they ask for.
        raise outcomes.Later("erasures of single customers come first")
    activity.let_seals_go(visit.partner, rules.keep_until("seal", visit.at.date()))
    consent.keep(visit, rules.keep_until(consent.UNTIL, asked.asked_at.date()))
    known = {one["name"]: one for one in asked.processors or ()}
    told = [known.get(one["name"], one) for one in elsewhere.states(asked.sk, asked.asked_at)]
    certificate.complete(change, asked, visit.at, processors=told, backup_days=envelope.BACKUP_DAYS)
    mark = ledger.mark(asked)
    record.fact(change, visit, facts.ACCOUNT_ERASED, subject=("partner", visit.partner), ledger=mark)
    later = {"partner": visit.partner}
    ground, due_at = visit.for_partner(record.NOBODY), visit.at + LATE_FOR
    outbox.add(change, ground, AFTERWARDS, later, row_id=f"{certificate_id}-afterwards", due_at=due_at)
    # In the change that ends the row: whoever comes back after a crash can still read what the row asks for.
    envelope.end(change, visit.partner)
    _end(visit, row, change, outcome="erased")
    envelope.forget(visit.partner)


def afterwards(visit: Visit, row: outbox.Row) -> None:
    """Remove what requests wrote that were under way while the account was erased: nobody can read it, for the key is gone.

    Ends the row. Raises Stale when another worker has the row by now.
    """
    partner_id = str((row.body or {})["partner"])
    rows = [one for _, where in ERASED for one in islice(where(partner_id), MOST_ROWS)]
    table.remove_many([*rows, *islice(privacy.of_account(partner_id), MOST_ROWS)])
    change = Change(visit)
    outbox.finish(change, row, visit.at, state="done", outcome="erased" if rows else "nothing_left")
    change.done()


def _waits(visit: Visit, row: outbox.Row, asked: CertificateRow) -> bool:
    """Whether a hold stands; then the certificate says until when, and the row is looked at again tomorrow."""
    today = visit.at.date()
    rows = [one for one in holds.of_partner(visit.partner) if one.until >= today and one.by != holds.BY_RIGHT]
    if not rows:
        return False
    certificate.hold(asked, max(one.until for one in rows), list(asked.planned or ()))
    outbox.postpone(row, visit.at, until=visit.at + timedelta(days=1), outcome="held", surely_not_done=True)
    return True


def _removed(visit: Visit) -> int:
    """Remove what there is, at most MOST_ROWS; how many of these are left over. Raises holds.Held."""
    left, today = MOST_ROWS, visit.at.date()
    for _, where in ERASED:
        batch = list(islice(where(visit.partner), left))
        holds.remove_many(batch, partner_id=visit.partner, scopes=(holds.ACCOUNT,), today=today)
        left -= len(batch)
    for fact in islice(activity.readable(visit.partner), max(left, 0)):
        activity.veil(fact)
        left -= 1
    if left > 0:
        batch = list(islice(privacy.of_account(visit.partner), left))
        table.remove_many(batch)
        left -= len(batch)
    return left


def _plan(visit: Visit) -> list[dict[str, Any]]:
    """What is there now, and what becomes of it."""
    plan = [certificate.receipt(room, "erased", _number(where(visit.partner)), ARTICLE) for room, where in ERASED]
    log, breach = RETENTION["activity"], RETENTION["breach"]
    assert log.months is not None
    today, noted = visit.at.date(), _number(privacy.breaches(visit.partner))
    requests, kept_until = _number(privacy.of_account(visit.partner)), rules.keep_until(consent.UNTIL, today)
    if requests:
        plan.append(certificate.receipt("privacy", "erased", requests, ARTICLE))
    if noted:
        until = rules.keep_until("breach", today)
        plan.append(certificate.receipt("privacy", "kept", noted, breach.article, until=until))
    invoices = _number(billing.kept(visit.partner))
    if invoices:
        until = rules.keep_until(billing.UNTIL, today)
        plan.append(certificate.receipt("billing", "kept", invoices, RETENTION[billing.UNTIL].article, until=until))
    return [
        *plan,
        certificate.receipt("activity", "redacted", _number(activity.readable(visit.partner)), log.article,
                            until=clock.months_later(today, log.months)),
        certificate.receipt("consent", "kept", _number(consent.of_account(visit.partner)),
                            RETENTION[consent.UNTIL].article, until=kept_until),
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


def _end(visit: Visit, row: outbox.Row, change: Change, *, outcome: str) -> None:
    outbox.finish(change, row, visit.at, state="done", outcome=outcome)
    change.done()


def _anything_left(partner_id: str) -> bool:
    rows = (one for _, where in ERASED for one in where(partner_id))
    left = (rows, privacy.of_account(partner_id), activity.readable(partner_id))
    return any(next(iter(one), None) is not None for one in left)


def _number(things: Iterable[object]) -> int:
    return sum(1 for _ in things)
