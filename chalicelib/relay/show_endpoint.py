"""The page of one address: what it is told, what was sent there lately, and what can be done about it."""

from chalicelib.offering import find as offering
from chalicelib.plumbing.sheets import Page, Sheet
from chalicelib.relay import find

_LATEST = 10


def page(sheet: Sheet) -> Page:
    """The address, the form for a test, and the latest messages."""
    endpoint_id, state = sheet.content["id"], sheet.content["state"]
    latest = find.deliveries(sheet.visit, endpoint_id, limit=_LATEST, cursor=None)
    return Page(
        "relay/pages/endpoint.html",
        {
            "zone": offering.offer_as_known(sheet.visit.partner).partner.timezone,
            "deliveries": latest["items"],
            "more": latest["next"] is not None,
            "test": sheet.form("webhook-test", id=endpoint_id) if state == "active" else None,
        },
    )
