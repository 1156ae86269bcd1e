"""Order a plan: more than now applies at once and is invoiced, less or otherwise applies when the paid period is over.

What is left of a paid period is taken off the price of a plan that replaces it; who orders what they have already takes
back a change that still lies ahead.
"""

from datetime import date
from typing import Any

from chalicelib.accounts import find as accounts
from chalicelib.activity import record
from chalicelib.billing import begin, facts, find, forms, plans, rules
from chalicelib.billing.records import OrderRow, SubscriptionRow
from chalicelib.plumbing import clock, table
from chalicelib.plumbing import forms as reading
from chalicelib.plumbing.change import Change, settled
from chalicelib.plumbing.refusals import Conflict, Invalid, Missing, Problem
from chalicelib.plumbing.visit import Visit

ZONE = "Europe/Zurich"


def plan(
    visit: Visit, wished: str, *, period: str, billing: dict[str, Any] | None, delivery: dict[str, Any] | None
) -> dict[str, Any]:
    """The order as JSON. Raises Invalid (also for master data that makes no invoice), Conflict `already_on_plan`."""
    given = _address("billing", forms.ADDRESS, billing)
    recipient = _address("delivery", forms.RECIPIENT, delivery)

    def decide(change: Change) -> dict[str, Any]:
        partner = accounts.partner(visit.partner)
        if partner is None or partner.status != "active":
            raise Missing
        now = find.subscription(visit.partner)
        if (wished, period) == ((now.plan, now.period) if now else (plans.FREE, period)):
            return _taken_back(change, visit, now)
        billed = given or _master_data(partner, needed=wished != plans.FREE)
        row = _order(visit, wished, period, now)
        row.billed, row.own_address, row.delivery = billed, given is not None, recipient
        row.language = partner.language
        begin.written(change, visit, row, facts.ORDERED)
        if now is not None and not _is_more(wished, now):
            change.update(
                now,
                [SubscriptionRow.next_id.set(row.sk.removeprefix("order#")), SubscriptionRow.number.add(1)],
                SubscriptionRow.number == now.number,
            )
            now.next_id = row.sk.removeprefix("order#")
            return find.shown(row, now)
        return find.shown(row, begin.period(change, visit, row, now))

    return settled(visit, decide)


def _taken_back(change: Change, visit: Visit, now: SubscriptionRow | None) -> dict[str, Any]:
    current = table.get(OrderRow, visit.partner, f"order#{now.order_id}") if now and now.next_id else None
    if now is None or current is None:
        raise Conflict("already_on_plan")
    change.update(
        now,
        [SubscriptionRow.next_id.remove(), SubscriptionRow.number.add(1)],
        SubscriptionRow.number == now.number,
    )
    record.fact(change, visit, facts.WITHDRAWN, subject=("order", str(now.next_id)))
    return find.shown(current, now)


def _order(visit: Visit, wished: str, period: str, now: SubscriptionRow | None) -> OrderRow:
    today = clock.today(ZONE)
    at_once = now is None or _is_more(wished, now)
    starts_on = today if at_once or now is None else now.renews_on
    credit = _left(now, today) if now is not None and at_once else 0
    return begin.made(visit, wished, period, starts_on=starts_on, credit_rappen=credit)


def _is_more(wished: str, now: SubscriptionRow) -> bool:
    return plans.BY_ID[wished].rank > plans.BY_ID[now.plan].rank


def _left(now: SubscriptionRow, today: date) -> int:
    days = (now.renews_on - now.starts_on).days
    return plans.left_rappen(int(now.net_rappen), days_left=(now.renews_on - today).days, days=days)


def _master_data(partner: accounts.Partner, *, needed: bool) -> dict[str, Any]:
    billed = {one.name: getattr(partner, one.name) for one in forms.ADDRESS}
    missing = [name for name, value in billed.items() if not value]
    if missing and needed:
        raise Invalid([Problem(name, "missing") for name in missing])
    if cards := _cards(billed):
        raise Invalid([Problem(name, "card_number") for name in cards])
    return billed


def _address(name: str, fields: tuple[reading.Field, ...], sent: dict[str, Any] | None) -> dict[str, Any] | None:
    if sent is None:
        return None
    try:
        given = reading.read(fields, sent)
    except Invalid as refused:
        raise Invalid([Problem(f"{name}.{one.field}", one.code, one.params) for one in refused.problems]) from None
    if cards := _cards(given):
        raise Invalid([Problem(f"{name}.{one}", "card_number") for one in cards])
    return given


def _cards(address: dict[str, Any]) -> list[str]:
    return [
        name
        for name, text in address.items()
        if name != "phone" and isinstance(text, str) and rules.holds_card_number(text)
    ]
