"""When periods begin and end, how long invoices stay, and in which state an invoice is."""

import re
from calendar import monthrange
from datetime import date, timedelta
from decimal import Decimal

DAYS_TO_PAY = 30
LINK_SECONDS = 900
KEEP_YEARS = 10  # Art. 958f(1) OR, Art. 70(2) MWSTG: from the end of the business year
MAKING, OPEN, PART, PAID, OVERDUE, CANCELLED = "making", "open", "partly_paid", "paid", "overdue", "cancelled"
OVER = frozenset({PAID, CANCELLED})
_DIGITS = re.compile(r"\d(?:[ -]?\d)+")
_CANCELLED_AT_BEXIO, _WRITTEN_OFF_AT_BEXIO = 19, 31


def holds_card_number(text: str) -> bool:
    """Whether a text holds what looks like the number of a payment card: 13 to 19 digits whose check digit is right (Luhn)."""
    return any(_is_luhn(re.sub(r"[ -]", "", one)) for one in _DIGITS.findall(text))


def _is_luhn(digits: str) -> bool:
    if not 13 <= len(digits) <= 19:
        return False
    doubled = (int(one) * (2 if place % 2 else 1) for place, one in enumerate(reversed(digits)))
    return sum(one - 9 if one > 9 else one for one in doubled) % 10 == 0


def renews_on(starts_on: date, period: str) -> date:
    """The day after a period: the same day of the next month or year, or the last day of a shorter month."""
    month = starts_on.month - 1 + {"month": 1, "year": 12}[period]
    year, month = starts_on.year + month // 12, month % 12 + 1
    return date(year, month, min(starts_on.day, monthrange(year, month)[1]))


def keep_until(on: date) -> date:
    """The last day of the tenth business year after the one of `on`; business years are calendar years."""
    return date(on.year + KEEP_YEARS, 12, 31)


def due_on(issued_on: date) -> date:
    """The day until which an invoice is to be paid."""
    return issued_on + timedelta(days=DAYS_TO_PAY)


def state_of(
    *, status: int, received: Decimal, remaining: Decimal, due_on: date, today: date
) -> str:  # fmt: skip
    """The state of an invoice from what bexio says of it; the amounts are more to be trusted than its status."""
    if status in (_CANCELLED_AT_BEXIO, _WRITTEN_OFF_AT_BEXIO):
        return CANCELLED
    if received > 0 and remaining <= 0:
        return PAID
    if today > due_on:
        return OVERDUE
    return PART if received > 0 else OPEN
