"""Take what a newsletter vendor reports: somebody unsubscribed there, or could not be reached, and so has left here too.

Nothing in a report is trusted beyond looking an address up, and the only thing it can do is end a subscription: a report
that somebody was added there never makes a consent here.
"""

from collections.abc import Mapping
from typing import Any

from chalicelib.consent import enrol, leave, newsletter_hook, newsletter_link
from chalicelib.consent.records import AddressRow, SubscriberRow
from chalicelib.plumbing import egress, table
from chalicelib.plumbing.change import Change, settled
from chalicelib.plumbing.refusals import Missing
from chalicelib.plumbing.visit import Visit

_LONGEST = 254
_LEAVING = (
    "contact_unsubscribed"  # the one event of Autopilot's that means so; Ortto calls only where a journey says so
)


def left(visit: Visit, sent: Mapping[str, Any], *, vendor: str, token: str) -> None:
    """End the subscription a report is about. One that is not news, or about nobody we know, has no effect.

    Raises Missing for a wrong token.
    """
    if not newsletter_hook.is_ours(vendor, token):
        raise Missing
    email, reference = _named(sent, vendor)
    if email is None:
        return

    def decide(change: Change) -> None:
        address = table.get(AddressRow, f"newsletter#{newsletter_link.fingerprint(email)}", "-")
        if address is None or address.partner_id is None:
            return
        there = visit.for_partner(address.partner_id)
        held = table.get(SubscriberRow, enrol.partition(there.partner), "subscriber")
        if held is None or _is_old(held, reference):
            return
        leave.newsletter(change, there, how=f"reported by {vendor}")

    settled(visit, decide)


def _named(sent: Mapping[str, Any], vendor: str) -> tuple[str | None, str | None]:
    """The mail address and the vendor's id in a report."""
    told: Mapping[str, Any] = sent
    is_autopilot = vendor == egress.AUTOPILOT.vendor
    if is_autopilot:
        if sent.get("event") != _LEAVING:
            return None, None
        contact = sent.get("contact")
        told = contact if isinstance(contact, dict) else sent
    email, reference = told.get("Email" if is_autopilot else "email"), told.get("contact_id")
    if not isinstance(email, str) or not 3 <= len(email) <= _LONGEST:
        return None, None
    return email, reference if isinstance(reference, str) and reference else None


def _is_old(held: SubscriberRow, reference: str | None) -> bool:
    """Whether a report is about an earlier subscription: the vendor names people anew after they were erased."""
    return held.reference is not None and reference is not None and reference != held.reference
