"""The plans and their prices: one table, in Rappen without VAT; every privacy and export feature is in every plan."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

VAT_PER_MILLE = 81  # Art. 25(1) MWSTG, since 1 January 2024
ROUNDED_TO_RAPPEN = 5  # the smallest coin
PERIODS = ("month", "year")
FREE = "free"


@dataclass(frozen=True, slots=True)
class Plan:
    """One plan. `net_rappen` has a price for each period; `rank` says which plan is more than another."""

    id: str
    rank: int
    net_rappen: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Price:
    """What is paid: the three amounts of the contract, in Rappen."""

    net_rappen: int
    vat_rappen: int
    gross_rappen: int

    def shown(self) -> dict[str, int]:
        """The amounts as JSON; `net_rappen`, `vat_rappen` and `rounding_rappen`, at most 2 either way, make `gross_rappen`."""
        rounding = self.gross_rappen - self.net_rappen - self.vat_rappen
        return {
            "net_rappen": self.net_rappen,
            "vat_rappen": self.vat_rappen,
            "rounding_rappen": rounding,
            "gross_rappen": self.gross_rappen,
        }


PLANS: tuple[Plan, ...] = (
    Plan(FREE, 0, {"month": 0, "year": 0}),
    Plan("starter", 1, {"month": 2_900, "year": 29_000}),
    Plan("business", 2, {"month": 5_900, "year": 59_000}),
)
IDS = tuple(one.id for one in PLANS)
BY_ID: Mapping[str, Plan] = {one.id: one for one in PLANS}
IN_EVERY_PLAN = ("export", "erasure", "activity_log", "consents", "encryption")


def price(net_rappen: int) -> Price:
    """VAT to the Rappen, half up; the sum to 5 Rappen, half up. ValueError for less than nothing."""
    if net_rappen < 0:
        raise ValueError("a price is never below nothing")
    vat = (net_rappen * VAT_PER_MILLE + 500) // 1_000
    gross = (net_rappen + vat + ROUNDED_TO_RAPPEN // 2) // ROUNDED_TO_RAPPEN * ROUNDED_TO_RAPPEN
    return Price(net_rappen, vat, gross)


def left_rappen(net_rappen: int, *, days_left: int, days: int) -> int:
    """What the days that are left of a period paid in advance are worth, without VAT; never more than was paid."""
    return net_rappen * max(0, min(days_left, days)) // days if days > 0 else 0


def shown() -> dict[str, Any]:
    """The table as JSON."""
    items = [
        {
            "id": one.id,
            "prices": [{"period": period, **price(one.net_rappen[period]).shown()} for period in PERIODS],
            "features": list(IN_EVERY_PLAN),
        }
        for one in PLANS
    ]
    return {"items": items, "next": None, "currency": "CHF", "vat_per_mille": VAT_PER_MILLE}
