"""An appointment as a file for the customer's own calendar: the same entry as in the mails, whenever it is fetched."""

from chalicelib.booking import find, invitation, link, rules
from chalicelib.plumbing import clock
from chalicelib.plumbing.refusals import Gone
from chalicelib.plumbing.visit import Visit


def of(visit: Visit, sealed: str) -> bytes:
    """The iCalendar file of what a link opens. Raises as `link.opened` does.

    Its stamp is the last change of the appointment, so that the same file comes until something changes.
    """
    visit, row, _, _ = link.opened(visit, sealed)
    one = find.appointment(visit.partner, row.sk)
    if one is None or one.customer is None:
        raise Gone("link_over", says="my_link_over")
    stamped_at = max((clock.parse(line["at"]) for line in row.history), default=row.created_at)
    cancelled = row.status not in rules.HOLDING
    return invitation.of(one, one.customer, method="PUBLISH", cancelled=cancelled, stamped_at=stamped_at)
