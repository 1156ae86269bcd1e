"""The page of the plans: what each costs, and that every right is in every plan."""

from chalicelib.billing import plans
from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """The plans side by side."""
    return Page("billing/pages/plans.html", {"vat": plans.VAT_PER_MILLE / 10})
