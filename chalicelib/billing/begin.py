"""Let a period begin: the plan applies, its invoice is put down to be made, and its end is put down too."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from chalicelib.accounts import change_plan
from chalicelib.activity import ledger, outbox, record
from chalicelib.activity.vocabulary import Fact
from chalicelib.billing import facts, find, plans, rules
from chalicelib.billing.records import BillRow, OrderRow, SubscriptionRow
from chalicelib.plumbing import clock, ids, shards
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.visit import Visit

INVOICE = "invoice"
TURN = "plan_turn"
OPEN_BILLS = "bills#open"


def made(visit: Visit, plan: str, period: str, *, starts_on: date, credit_rappen: int) -> OrderRow:
    """An order with its price, its ids and its dates; who pays is still to be said."""
    listed = plans.BY_ID[plan].net_rappen[period]
    price = plans.price(max(0, listed - credit_rappen))
    keep_until = rules.keep_until(max(starts_on, visit.at.date()))
    return OrderRow(
        visit.partner,
        f"order#{ids.new(visit.at)}",
        plan=plan,
        period=period,
        net_rappen=price.net_rappen,
        vat_rappen=price.vat_rappen,
        gross_rappen=price.gross_rappen,
        credit_rappen=min(credit_rappen, listed),
        starts_on=starts_on,
        renews_on=rules.renews_on(starts_on, period),
        ordered_at=visit.at,
        employee_id=visit.employee_id,
        invoice_id=ids.new(visit.at) if price.gross_rappen else None,
        keep_until=keep_until,
        expiry_shard=shards.expires_on(date(keep_until.year + 1, 1, 1), visit.partner),
    )


def written(change: Change, visit: Visit, row: OrderRow, what: Fact) -> None:
    """Add the order itself to `change`."""
    change.put_new(row)
    detail = {"plan": row.plan, "period": row.period}
    subject = ("order", row.sk.removeprefix("order#"))
    record.fact(change, visit, what, subject=subject, detail=detail, ledger=ledger.mark(row))


def period(change: Change, visit: Visit, row: OrderRow, now: SubscriptionRow | None) -> SubscriptionRow | None:
    """Add to `change` that the period of this order begins; the subscription afterwards, None for the free plan."""
    order_id = row.sk.removeprefix("order#")
    after = _subscription(change, visit, row, now)
    if now is None or now.plan != row.plan:
        change_plan.partner(change, visit.partner, row.plan)
        detail = {"plan": row.plan}
        record.fact(change, visit, facts.PLAN_CHANGED, subject=("order", order_id), detail=detail)
    if after is not None:
        due_at = datetime.combine(row.renews_on, time(), ZoneInfo("Europe/Zurich")).astimezone(UTC)
        outbox.add(change, visit, TURN, {"order": order_id}, row_id=f"{order_id}-turn", due_at=due_at, new=True)
    if row.invoice_id:
        bill = BillRow(
            find.partition(visit.partner),
            f"invoice#{row.invoice_id}",
            order_id=order_id,
            state=rules.MAKING,
            number=0,
            gross_rappen=row.gross_rappen,
            keep_until=row.keep_until,
            expiry_shard=row.expiry_shard,
            lookup=OPEN_BILLS,
            lookup_at=clock.text(visit.at),
        )
        change.put_new(bill)
        # In nobody's outbox: what was bought is invoiced even if the account is closed in the same minute.
        ground = visit.for_partner(record.NOBODY)
        body = {"partner": visit.partner, "order": order_id}
        outbox.add(change, ground, INVOICE, body, row_id=f"{order_id}-invoice", due_at=visit.at, new=True)
    return after


def _subscription(
    change: Change, visit: Visit, row: OrderRow, now: SubscriptionRow | None
) -> SubscriptionRow | None:  # fmt: skip
    key = (find.partition(visit.partner), "subscription")
    unchanged = SubscriptionRow.pk.does_not_exist() if now is None else SubscriptionRow.number == now.number
    if row.plan == plans.FREE:
        change.delete(SubscriptionRow(*key), unchanged)
        return None
    after = SubscriptionRow(
        *key,
        plan=row.plan,
        period=row.period,
        order_id=row.sk.removeprefix("order#"),
        net_rappen=plans.BY_ID[row.plan].net_rappen[row.period],
        starts_on=row.starts_on,
        renews_on=row.renews_on,
        number=int(now.number) + 1 if now else 1,
    )
    change.put(after, unchanged)
    return after
