"""Show what erasing a customer takes away and what stays, before anybody does it."""

from chalicelib.booking import find
from chalicelib.booking.rules import MOVABLE
from chalicelib.offering import find as offering
from chalicelib.plumbing.refusals import Missing
from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """The customer's name, how many appointments will be cancelled, and the button. Raises Missing."""
    visit, form = sheet.visit, sheet.content
    customer_id = form["action"].rpartition("/")[2]
    customer = find.customer(visit.partner, customer_id)
    if customer is None:
        raise Missing
    rows = find.of_customer(visit.partner, customer_id)
    return Page(
        "booking/pages/erasure.html",
        {
            "form": form,
            "refused": sheet.refused,
            "name": f"{customer.first_name} {customer.last_name}",
            "back": form["action"],
            "zone": offering.offer_as_known(visit.partner).partner.timezone,
            "coming": [row.start_at for row in rows if row.status in MOVABLE and row.start_at > visit.at],
        },
    )
