"""Empty the contact of a closed account at bexio, once all its invoices are settled; the invoices stay, as the law wants."""

from chalicelib.activity.calls import Calls
from chalicelib.billing import bexio, find
from chalicelib.billing.records import DebtorRow
from chalicelib.plumbing import outcomes, table
from chalicelib.plumbing.visit import Visit

_WAIT_S = 6 * 3_600


def partner(visit: Visit) -> None:
    """Empty and put away the contact of the visit's partner; to begin again is no harm.

    Raises Later as long as an invoice is open (Art. 17(3)(e) GDPR), and Later, Never and Unknown of bexio.
    """
    if any(True for _ in find.unpaid(visit.partner)):
        raise outcomes.Later("an invoice is not settled yet", _WAIT_S)
    held = table.get(DebtorRow, find.partition(visit.partner), "contact")
    if held is None:
        return
    if held.contact_id:
        with Calls(visit) as calls:
            bexio.blank(bexio.Line(("partner", visit.partner), calls), held.contact_id)
    table.delete(held)
