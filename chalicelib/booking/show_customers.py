"""Show the list of customers with its search, page by page."""

from urllib.parse import urlencode

from chalicelib.booking import find
from chalicelib.offering import find as offering
from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """The customers of one page, as the answer lists them."""
    wanted = sheet.query.get("q", "").strip()
    onward = {name: value for name, value in sheet.query.items() if name in ("q", "limit") and value}
    cursor = sheet.content["next"]
    return Page(
        "booking/pages/customers.html",
        {
            "wanted": wanted,
            "zone": offering.offer_as_known(sheet.visit.partner).partner.timezone,
            "beginning": f"/customers?{urlencode(onward)}" if sheet.query.get("cursor") else None,
            "onward": f"/customers?{urlencode({**onward, 'cursor': cursor})}" if cursor else None,
            "looked_at": find.MOST_LOOKED_AT,
        },
    )
