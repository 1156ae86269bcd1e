"""Prices add up, to the Rappen and to the smallest coin, whatever they are."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.billing import plans, rules


@given(st.integers(0, 10_000_000))
def test_vat_is_exact_to_half_a_rappen_and_the_sum_to_the_coin(net_rappen: int) -> None:
    price = plans.price(net_rappen)

    exact = (Decimal(net_rappen) * Decimal("0.081")).quantize(Decimal(1), ROUND_HALF_UP)
    assert price.vat_rappen == exact
    assert price.gross_rappen % 5 == 0
    shown = price.shown()
    assert (
        shown["net_rappen"] + shown["vat_rappen"] + shown["rounding_rappen"]
        == shown["gross_rappen"]
        == price.gross_rappen
    )
    assert abs(shown["rounding_rappen"]) <= 2


@given(st.integers(0, 10_000_000), st.integers(-5, 800), st.integers(1, 366))
def test_what_is_left_is_never_more_than_was_paid_nor_less_than_nothing(net: int, left: int, days: int) -> None:
    assert 0 <= plans.left_rappen(net, days_left=left, days=days) <= net


@given(st.dates(date(2026, 1, 1), date(2060, 12, 31)), st.sampled_from(plans.PERIODS))
def test_a_period_ends_after_it_began_and_invoices_stay_ten_business_years(on: date, period: str) -> None:
    days = (rules.renews_on(on, period) - on).days

    assert days in ({28, 29, 30, 31} if period == "month" else {365, 366})
    assert rules.keep_until(on) == date(on.year + 10, 12, 31)


@pytest.mark.parametrize(
    ("status", "received", "remaining", "today", "state"),
    [
        (8, "0", "313.50", 1, "open"),
        (9, "313.50", "0", 1, "paid"),
        (8, "313.50", "0.0000", 31, "paid"),
        (16, "100", "213.50", 1, "partly_paid"),
        (16, "100", "213.50", 31, "overdue"),
        (19, "0", "313.50", 31, "cancelled"),
        (31, "0", "313.50", 31, "cancelled"),
    ],
)
def test_amounts_are_trusted_more_than_the_status(
    status: int, received: str, remaining: str, today: int, state: str
) -> None:
    found = rules.state_of(
        status=status, received=Decimal(received), remaining=Decimal(remaining), due_on=date(2027, 1, 30),
        today=date(2027, 1, today),
    )  # fmt: skip

    assert found == state


def test_the_prices_are_those_of_the_table() -> None:
    shown = {one["id"]: [each["gross_rappen"] for each in one["prices"]] for one in plans.shown()["items"]}

    assert shown == {"free": [0, 0], "starter": [3_135, 31_350], "business": [6_380, 63_780]}
