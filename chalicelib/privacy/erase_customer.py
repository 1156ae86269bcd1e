"""Erase one customer: at once, or when the hold that stands in the way has ended; and certify it once it was looked at again.

The request takes the person away and cleans the appointments; the task in the outbox does whatever is left of that after
a crash, blacks out the person's own facts, reads all of it again and signs. It may die at any step.
"""

from datetime import timedelta
from typing import Any

from chalicelib.activity import forget as activity
from chalicelib.activity import ledger, outbox, record
from chalicelib.booking import clean, find, traces
from chalicelib.booking import erase_customer as booking
from chalicelib.booking import forget as scopes
from chalicelib.plumbing import clock, holds, ids, log, outcomes, table
from chalicelib.plumbing.change import MOST_ATTEMPTS, Change
from chalicelib.plumbing.database import Stale
from chalicelib.plumbing.holds import HoldRow
from chalicelib.plumbing.refusals import Missing, Unavailable
from chalicelib.plumbing.visit import Visit
from chalicelib.privacy import certificate, close_requests, facts
from chalicelib.privacy.records import CertificateRow
from chalicelib.privacy.rules import RETENTION

TASK = "customer_erasure"
_ARTICLE = "Art. 17(1) GDPR, Art. 32 DSG"


def customer(visit: Visit, customer_id: str) -> dict[str, Any]:
    """Erase a customer of the visit's partner: `{id, erased_at, kept_until, certificate}`. Raises Missing, Unavailable.

    Where a hold stands nothing goes yet: `erased_at` is None, `kept_until` its last day, and it happens by itself after it.
    """
    today = visit.at.date()
    for attempt in range(MOST_ATTEMPTS):
        certificate_id = ids.secret()[:32]
        asked = CertificateRow(certificate.PARTITION, certificate_id, subject_kind="customer", asked_at=visit.at)
        body: dict[str, Any] = {"certificate": certificate_id, "customer_id": customer_id, "appointments": []}
        change = Change(visit, attempt=attempt)
        held = holds.standing(visit.partner, _legal(customer_id), today)
        if held is None:
            body["appointments"] = _take_away(change, visit, customer_id)
        else:
            if find.customer(visit.partner, customer_id) is None:
                raise Missing
            asked.held_until, asked.planned = held.until, _expected(visit, customer_id)
            asked.signature, asked.key_id = certificate.sign(asked)
            record.fact(change, visit, facts.ERASURE_WAITS, subject=("customer", customer_id))
        change.put_new(asked)
        due_at = visit.at if held is None else visit.at + timedelta(days=1)
        subject = ("customer", customer_id)
        outbox.add(change, visit, TASK, body, row_id=ids.new(visit.at), due_at=due_at, subject=subject)
        said = {
            "id": customer_id,
            "erased_at": visit.at if held is None else None,
            "kept_until": held.until if held else None,
            "certificate": certificate_id,
        }
        try:
            result = change.done(said)
        except (holds.Held, Stale):  # set, or lifted, meanwhile
            continue
        if held is None:
            _clean(visit, customer_id)
        return result
    raise Unavailable


def finish(visit: Visit, row: outbox.Row) -> None:
    """Do what is left of the erasure that `row` asks for, look at it again, and sign the certificate.

    Raises Later when something of the person is still there, and Stale when another worker has the row by now.
    """
    body = dict(row.body or {})
    customer_id = str(body["customer_id"])
    asked = table.get(CertificateRow, certificate.PARTITION, str(body["certificate"]))
    if asked is None or asked.completed_at:
        _end(visit, row, Change(visit), outcome="done_before")
        return
    found = [one.sk for one in find.of_customer(visit.partner, customer_id)]
    known = list(dict.fromkeys([*body["appointments"], *found]))
    if known != body["appointments"]:
        outbox.keep(row, {**body, "appointments": known})
    if find.customer(visit.partner, customer_id) is not None and not _taken_away_now(visit, row, asked, customer_id):
        return
    clean.appointments_of(visit, customer_id)
    left = traces.of(visit.partner, customer_id, known, at=asked.asked_at)
    if left.unclean:
        raise outcomes.Later("not all of it is gone yet")
    for fact in left.own_facts:
        if activity.still_says(fact):
            activity.veil(fact)
    asked.planned = _receipts(visit, left, requests=close_requests.of_customer(visit, customer_id))
    change = Change(visit)
    certificate.complete(change, asked, visit.at, processors=_told(left))
    mark = ledger.mark(asked)
    record.fact(change, visit, facts.CUSTOMER_CERTIFIED, subject=("customer", customer_id), ledger=mark)
    _end(visit, row, change, outcome="erased")


def _take_away(change: Change, visit: Visit, customer_id: str) -> list[str]:
    appointments = booking.customer(change, visit, customer_id)
    holds.check(change, visit.partner, _legal(customer_id), visit.at.date())
    # Whoever asked that their data be kept and not used asks for something else now.
    change.delete(HoldRow(visit.partner, holds.key(scopes.restriction(customer_id))))
    return appointments


def _taken_away_now(visit: Visit, row: outbox.Row, asked: CertificateRow, customer_id: str) -> bool:
    """Whether the person, who waited for a hold, is gone now; else the row is looked at again tomorrow."""
    today = visit.at.date()
    held = holds.standing(visit.partner, _legal(customer_id), today)
    if held is None:
        change = Change(visit)
        _take_away(change, visit, customer_id)
        try:
            change.done()
        except holds.Held:
            held = holds.standing(visit.partner, _legal(customer_id), today)
            if held is None:
                raise Stale from None
        else:
            return True
    certificate.hold(asked, held.until, list(asked.planned or _expected(visit, customer_id)))
    outbox.postpone(row, visit.at, until=visit.at + timedelta(days=1), outcome="held", surely_not_done=True)
    return False


def _clean(visit: Visit, customer_id: str) -> None:
    try:
        clean.appointments_of(visit, customer_id)
    except Unavailable:
        log.warning("privacy.erasure_goes_on_later")


def _legal(customer_id: str) -> tuple[str, str]:
    return (holds.ACCOUNT, customer_id)


def _expected(visit: Visit, customer_id: str) -> list[dict[str, Any]]:
    appointments = len(find.of_customer(visit.partner, customer_id))
    return [certificate.receipt("booking", "erased", 1 + appointments, _ARTICLE)]


def _receipts(visit: Visit, left: traces.Traces, *, requests: int) -> list[dict[str, Any]]:
    today, log_kept, sent = visit.at.date(), RETENTION["activity"], RETENTION["outbox"]
    assert log_kept.months is not None
    assert sent.days is not None
    lines = [certificate.receipt("booking", "erased", 1, _ARTICLE)]
    if left.appointments:
        lines.append(
            certificate.receipt("booking", "redacted", left.appointments, "Art. 5(1)(c) GDPR, Art. 6(4) DSG",
                                until=left.last_on)
        )  # fmt: skip
    if left.messages:
        until = today + timedelta(days=sent.days)
        lines.append(certificate.receipt("messaging", "kept", left.messages, sent.article, until=until))
    if left.own_facts:
        until = clock.months_later(today, log_kept.months)
        lines.append(
            certificate.receipt("activity", "redacted", len(left.own_facts), log_kept.article, until=until)
        )  # fmt: skip
    if requests:
        kept = RETENTION["request"]
        assert kept.months is not None
        until = clock.months_later(today, kept.months)
        lines.append(certificate.receipt("privacy", "redacted", requests, kept.article, until=until))
    return lines


def _told(left: traces.Traces) -> list[dict[str, Any]]:
    """Who outside was told about them: nobody confirmed to have forgotten it, and the certificate says no more."""
    names = {"sms": "smsapi", "mail": "mail"}
    return [
        {"name": names[channel], "state": "not_confirmed", "acknowledged_at": None} for channel in sorted(left.channels)
    ]


def _end(visit: Visit, row: outbox.Row, change: Change, *, outcome: str) -> None:
    outbox.finish(change, row, visit.at, state="done", outcome=outcome)
    change.done()
