"""Set a legal hold: what it covers stays, whatever its date says and whoever asks, until a day."""

from datetime import date
from typing import Any

from chalicelib.activity import record
from chalicelib.booking import find
from chalicelib.plumbing import holds
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.holds import HoldRow
from chalicelib.plumbing.refusals import Conflict, Missing, invalid
from chalicelib.plumbing.visit import Visit
from chalicelib.privacy import facts, rules, standing


def hold(
    visit: Visit, *, customer_id: str | None, reason: str, until: date, by: str = "owner"
) -> dict[str, Any]:  # fmt: skip
    """Hold a customer and their appointments, or with None the whole account: the hold as listed.

    Raises Missing for no such customer, Invalid `in_the_past` or `hold_too_long`, Conflict `hold_stands`.
    """
    right_time(until, visit.at.date())
    if customer_id and find.customer(visit.partner, customer_id) is None:
        raise Missing
    scope = customer_id or holds.ACCOUNT
    row = HoldRow(
        visit.partner,
        holds.key(scope),
        reason=reason,
        by=by,
        employee_id=visit.employee_id,
        set_at=visit.at,
        until=until,
        expiry_shard=standing.goes(visit.partner, until),
    )
    change = Change(visit)
    over = HoldRow.pk.does_not_exist() | (HoldRow.until < visit.at.date())
    change.put(row, over, lost=lambda: Conflict("hold_stands"))
    record.fact(change, visit, facts.HOLD_SET, subject=_subject(visit, scope), detail={"until": until.isoformat()})
    return change.done(standing.shown(row, visit.at.date()))


def right_time(until: date, today: date) -> None:
    """Raises Invalid unless a hold may be set or renewed until this day."""
    if until < today:
        raise invalid("until", "in_the_past")
    if until > rules.latest_hold(today):
        raise invalid("until", "hold_too_long", most=rules.LONGEST_HOLD_MONTHS)


def _subject(visit: Visit, scope: str) -> tuple[str, str]:
    return ("partner", visit.partner) if scope == holds.ACCOUNT else ("customer", scope)
