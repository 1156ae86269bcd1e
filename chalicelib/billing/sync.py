"""Every hour: ask bexio, which calls nobody back, what became of the invoices that are open."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from chalicelib.activity import ledger, record
from chalicelib.activity.calls import Calls
from chalicelib.billing import begin, bexio, facts, rules
from chalicelib.billing.records import BillRow, InvoiceStateRow, PollRow
from chalicelib.plumbing import clock, log, outcomes, table, trail
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.database import Stale
from chalicelib.plumbing.rows import NOBODY
from chalicelib.plumbing.visit import Visit

_KEY = (NOBODY, "bexio#poll")
OVERLAP = timedelta(hours=3)  # nobody says which clock bexio writes `updated_at` by
FIRST_LOOK = timedelta(days=400)
UNSEEN = timedelta(days=1)
MOST_ONE_BY_ONE = 200
_PAGE = 500
_MOST_PAGES = 40


def everything(visit: Visit) -> dict[str, Any]:
    """`{open, changed, complete}`. What bexio does not answer now is asked in the next hour."""
    bills = [BillRow.from_raw_data(one) for one in table.walk("records", begin.OPEN_BILLS, index=table.LOOKUP)]
    issued = {str(one.provider_id): one for one in bills if one.state != rules.MAKING and one.provider_id}
    if not issued:
        trail.count("BillingSyncs")
        return {"open": len(bills), "changed": 0, "complete": True}
    poll = table.get(PollRow, *_KEY)
    since = (poll.until_at if poll else visit.at - FIRST_LOOK) - OVERLAP
    changed, complete = 0, True
    try:
        for offset in range(0, _PAGE * _MOST_PAGES, _PAGE):
            found = bexio.changed_since(since, offset=offset, limit=_PAGE)
            changed += sum(_noted(visit, issued.pop(one.id), one) for one in found if one.id in issued)
            if len(found) < _PAGE:
                break
        else:
            complete = False
        if complete:
            table.put(PollRow(*_KEY, until_at=visit.at))
        changed += _one_by_one(visit, issued)
    except (outcomes.Later, outcomes.Unknown) as problem:
        log.warning("billing.sync_later", error=type(problem).__name__)
        complete = False
    except outcomes.Never as never:
        log.error("billing.sync_refused", never, code=never.code)
        complete = False
    if complete:
        trail.count("BillingSyncs")
    return {"open": len(bills), "changed": changed, "complete": complete}


def _one_by_one(visit: Visit, issued: dict[str, BillRow]) -> int:
    """Those that did not change there: overdue is what nobody pays, and once a day each is looked at by itself."""
    changed = 0
    today = clock.today("Europe/Zurich")
    turned = [one for one in issued.values() if one.state == rules.OPEN and one.due_on and today > one.due_on]
    stale = [one for one in issued.values() if one.seen_at is None or visit.at - one.seen_at > UNSEEN]
    chosen = {one.sk: one for one in [*turned, *sorted(stale, key=lambda one: str(one.seen_at))]}
    for bill in list(chosen.values())[:MOST_ONE_BY_ONE]:
        partner_id = bill.pk.partition("#")[0]
        with Calls(visit.for_partner(partner_id)) as calls:
            found = bexio.read(bexio.Line(("partner", partner_id), calls), str(bill.provider_id))
        if found is not None:
            changed += _noted(visit, bill, found)
    return changed


def _noted(visit: Visit, bill: BillRow, found: bexio.Invoice) -> bool:
    """Whether the state of an invoice changed; if so it is written into the ledger."""
    state = rules.state_of(
        status=found.status,
        received=found.received,
        remaining=found.remaining,
        due_on=bill.due_on or found.due_on,
        today=clock.today("Europe/Zurich"),
    )
    seen = [BillRow.seen_at.set(visit.at)]
    unchanged = BillRow.number == bill.number
    try:
        if state == bill.state:
            table.update(bill, seen, unchanged)
            return False
        partner_id, invoice_id = bill.pk.partition("#")[0], bill.sk.removeprefix("invoice#")
        number = int(bill.number) + 1
        row = InvoiceStateRow(
            partner_id,
            f"state#{invoice_id}#{number:04d}",
            state=state,
            received_rappen=int((found.received * 100).to_integral_value() or Decimal(0)),
            at=visit.at,
            keep_until=bill.keep_until,
            expiry_shard=bill.expiry_shard,
        )
        change = Change(visit)
        change.put_new(row)
        over = [BillRow.lookup.remove(), BillRow.lookup_at.remove()] if state in rules.OVER else []
        change.update(bill, [*seen, *over, BillRow.state.set(state), BillRow.number.set(number)], unchanged)
        record.fact(
            change,
            visit.for_partner(partner_id),
            facts.INVOICE_CHANGED,
            subject=("invoice", invoice_id),
            detail={"state": state},
            ledger=ledger.mark(row),
        )
        change.done()
    except Stale:
        return False  # another run was faster
    return True
