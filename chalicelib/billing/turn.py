"""At the end of a paid period: what was ordered for then begins, or the plan goes on for another period."""

from chalicelib.accounts import find as accounts
from chalicelib.activity import outbox
from chalicelib.billing import begin, facts, find, forms
from chalicelib.billing.records import OrderRow, SubscriptionRow
from chalicelib.plumbing import table
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.visit import Visit


def plan(visit: Visit, row: outbox.Row) -> None:
    """Work on a claimed row of the task `plan_turn`; another plan since then, or a closed account, leaves nothing to do."""
    ended = str((row.body or {})["order"])
    now = find.subscription(visit.partner)
    partner = accounts.partner(visit.partner)
    change = Change(visit)
    if now is None or now.order_id != ended or partner is None or partner.status != "active":
        outbox.finish(change, row, visit.at, state="dropped", outcome="overtaken")
        change.done()
        return
    following = table.get(OrderRow, visit.partner, f"order#{now.next_id}") if now.next_id else None
    if following is None:
        following = _renewed(change, visit, now, partner)
    begin.period(change, visit, following, now)
    outbox.finish(change, row, visit.at, state="done", outcome="turned")
    change.done()


def _renewed(change: Change, visit: Visit, now: SubscriptionRow, partner: accounts.Partner) -> OrderRow:
    before = table.get(OrderRow, visit.partner, f"order#{now.order_id}")
    assert before is not None
    made = begin.made(visit, now.plan, now.period, starts_on=now.renews_on, credit_rappen=0)
    made.own_address, made.language = before.own_address, partner.language
    made.billed = (
        before.billed if before.own_address else {one.name: getattr(partner, one.name) for one in forms.ADDRESS}
    )
    made.delivery = before.delivery
    begin.written(change, visit, made, facts.RENEWED)
    return made
