"""Have an order invoiced: contact, draft, issue, document, mail, each step once, whoever dies in between.

One invoice of a partner at a time, so that two cannot make two contacts. What bexio may have done already is looked for
before it is done.
"""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

from chalicelib.activity import ledger, outbox, record
from chalicelib.activity.calls import Calls
from chalicelib.billing import begin, bexio, facts, find, rules
from chalicelib.billing.records import BillRow, DebtorRow, InvoiceRow, OrderRow
from chalicelib.plumbing import archive, clock, keyring, outcomes, table, words
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.database import Stale
from chalicelib.plumbing.visit import Visit

TASK = begin.INVOICE
_LEASE = timedelta(seconds=90)
_WAIT_S = 30
_MOST_ROUNDING_RAPPEN = 2


def order(visit: Visit, row: outbox.Row) -> None:
    """Work on a claimed row of the task `invoice`. Raises Later, Never, Unknown for the worker, and Stale.

    Every call that may have told bexio something leaves a disclosure, however it ended.
    """
    body = row.body or {}
    visit = visit.for_partner(str(body["partner"]))
    ordered = table.get(OrderRow, visit.partner, f"order#{body['order']}")
    assert ordered is not None
    key = f"invoice#{ordered.invoice_id}"
    bill = table.get(BillRow, find.partition(visit.partner), key)
    assert bill is not None
    if table.get(InvoiceRow, visit.partner, key) is not None:
        change = Change(visit)
        outbox.finish(change, row, visit.at, state="done", outcome="issued_before")
        change.done()
        return
    with Calls(visit) as calls, _alone(visit, row.sk):
        line = bexio.Line(("partner", visit.partner), calls)
        contact_id = _contact(visit, line, ordered)
        made = _made(visit, line, ordered, bill, contact_id)
        pdf = bexio.pdf(line, made.id)
        _sent(visit, line, ordered, bill, made)
        _finish(visit, row, calls, ordered, bill, made, pdf)


@contextmanager
def _alone(visit: Visit, who: str) -> Iterator[None]:
    """Hold the partner's contact; Later when another invoice does. Whoever dies with it holds it for 90 seconds."""
    held = DebtorRow(find.partition(visit.partner), "contact")
    free = DebtorRow.busy_until.does_not_exist() | (DebtorRow.busy_until <= visit.at) | (DebtorRow.busy_by == who)
    try:
        table.update(held, [DebtorRow.busy_by.set(who), DebtorRow.busy_until.set(visit.at + _LEASE)], free)
    except Stale:
        raise outcomes.Later("another invoice of this partner is being made", _WAIT_S) from None
    try:
        yield
    finally:
        with suppress(Stale):  # the lease ended, and another one has it
            table.update(held, [DebtorRow.busy_until.remove()], DebtorRow.busy_by == who)


def _contact(visit: Visit, line: bexio.Line, ordered: OrderRow) -> str:
    known = table.get(DebtorRow, find.partition(visit.partner), "contact")
    billed = dict(ordered.billed)
    told = json.dumps([billed, ordered.language], sort_keys=True)
    digest = keyring.fingerprint("bexio-contact", f"{visit.partner}#{told}")
    if known is not None and known.contact_id and known.digest == digest:
        return str(known.contact_id)
    contact_id = bexio.contact(line, known.contact_id if known else None, billed, language=ordered.language)
    table.update(
        DebtorRow(find.partition(visit.partner), "contact"),
        [DebtorRow.contact_id.set(contact_id), DebtorRow.digest.set(digest)],
    )
    return contact_id


def _made(visit: Visit, line: bexio.Line, ordered: OrderRow, bill: BillRow, contact_id: str) -> bexio.Invoice:
    """The invoice as it stands at bexio, issued."""
    order_id = ordered.sk.removeprefix("order#")
    made = bexio.read(line, bill.provider_id) if bill.provider_id else bexio.find(line, order_id)
    if made is None:
        today = clock.today("Europe/Zurich")
        params = _params(ordered)
        made = bexio.create(
            line,
            reference=order_id,
            contact_id=contact_id,
            language=ordered.language,
            title=words.say("billing", "invoice.title", ordered.language, params),
            text=words.say("billing", "invoice.line", ordered.language, params),
            net_rappen=int(ordered.net_rappen),
            issued_on=today,
            due_on=rules.due_on(today),
        )
    if bill.provider_id != made.id:
        table.update(bill, [BillRow.provider_id.set(made.id)])
        bill.provider_id = made.id
    if abs(made.total * 100 - int(ordered.gross_rappen)) > _MOST_ROUNDING_RAPPEN:
        raise outcomes.Never("local", "bexio reckons another amount", fault="configuration")
    if made.status == bexio.DRAFT:
        bexio.issue(line, made.id)
    return made


def _sent(visit: Visit, line: bexio.Line, ordered: OrderRow, bill: BillRow, made: bexio.Invoice) -> None:
    """Have it mailed once. bexio does not say whether it did: after a lost answer it is not asked again, and the log says so."""
    if bill.sent:
        return
    if bill.send_tried_at:
        change = Change(visit)
        change.update(bill, [BillRow.sent.set("unsure")])
        record.fact(change, visit, facts.MAIL_IN_DOUBT, subject=("invoice", str(ordered.invoice_id)))
        change.done()
        return
    table.update(bill, [BillRow.send_tried_at.set(visit.at)])
    recipient = dict(ordered.delivery or ordered.billed)
    params = {**_params(ordered), "number": made.number}
    try:
        bexio.send(
            line,
            made.id,
            email=recipient["email"],
            subject=words.say("billing", "invoice.subject", ordered.language, params),
            message=words.say("billing", "invoice.message", ordered.language, params),
        )
    except (outcomes.Later, outcomes.Never):
        table.update(bill, [BillRow.send_tried_at.remove()])
        raise
    table.update(bill, [BillRow.sent.set("sent")])


def _params(ordered: OrderRow) -> dict[str, Any]:
    said = words.say("billing", f"plan.{ordered.plan}", ordered.language)
    return {
        "plan": said,
        "from": ordered.starts_on.strftime("%d.%m.%Y"),
        "to": (ordered.renews_on - timedelta(days=1)).strftime("%d.%m.%Y"),
    }


def _finish(
    visit: Visit, row: outbox.Row, calls: Calls, ordered: OrderRow, bill: BillRow, made: bexio.Invoice, pdf: bytes
) -> None:  # fmt: skip
    invoice_id = str(ordered.invoice_id)
    pdf_key = f"invoices/{visit.partner}/{invoice_id}.pdf"
    archive.put(pdf_key, pdf, content_type="application/pdf")
    issued = InvoiceRow(
        visit.partner,
        f"invoice#{invoice_id}",
        order_id=bill.order_id,
        number=made.number,
        provider_id=made.id,
        issued_on=made.issued_on,
        due_on=made.due_on,
        net_rappen=ordered.net_rappen,
        vat_rappen=ordered.vat_rappen,
        gross_rappen=ordered.gross_rappen,
        billed=dict(ordered.billed),
        pdf_key=pdf_key,
        pdf_hash=hashlib.sha256(pdf).hexdigest(),
        keep_until=bill.keep_until,
        expiry_shard=bill.expiry_shard,
    )
    change = Change(visit)
    change.put_new(issued)
    change.update(
        bill,
        [
            BillRow.state.set(rules.OPEN),
            BillRow.due_on.set(made.due_on),
            BillRow.document_nr.set(made.number),
            BillRow.seen_at.set(visit.at),
        ],
        BillRow.state == rules.MAKING,
    )
    subject = ("invoice", invoice_id)
    record.fact(change, visit, facts.ISSUED, subject=subject, ledger=ledger.mark(issued))
    calls.add(change)
    outbox.finish(change, row, visit.at, state="done", outcome="issued", provider_id=made.id)
    change.done()
