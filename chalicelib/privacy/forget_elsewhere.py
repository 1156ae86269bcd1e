"""Have a closed account forgotten elsewhere: Zendesk is told and asked until it confirms, and somebody is woken for Chatra."""

from collections.abc import Mapping
from typing import Any

from chalicelib.activity import outbox
from chalicelib.activity.calls import Calls
from chalicelib.billing import forget_contact
from chalicelib.plumbing import egress, log, outcomes
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.visit import Visit
from chalicelib.privacy import certificate
from chalicelib.support import forget_person

_WAIT_S = 30
_REMIND_S = 6 * 3_600
_PURPOSE = "Erasure on request"
_BASIS = "Art. 17(1) and 19 GDPR, Art. 32(2)(c) FADP"


def zendesk(visit: Visit, row: outbox.Row) -> None:
    """Go on with the erasure of one person at Zendesk; the last one to be confirmed is written into the certificate.

    Raises Later, Never and Unknown of plumbing.outcomes, and Stale when another worker has the row by now.
    """
    body = dict(row.body or {})
    certificate_id = body["certificate"]
    found = body.get("found")
    if found is None:
        found = _forgotten(visit, row, body)
        outbox.keep(row, {"certificate": certificate_id, "found": found})
    if certificate_id and not certificate.is_complete(certificate_id):
        raise outcomes.Later("the certificate is not written yet", _WAIT_S)
    change = Change(visit)
    outbox.finish(change, row, visit.at, state="done", outcome="erased" if found else "nothing_held")
    if certificate_id:
        certificate.confirm(change, visit, certificate_id, processor=egress.ZENDESK.vendor)
    change.done()


def bexio(visit: Visit, row: outbox.Row) -> None:
    """Have the contact emptied when the last invoice is settled; the invoices themselves stay there as the law wants.

    Raises Later, Never and Unknown of plumbing.outcomes, and Stale when another worker has the row by now.
    """
    body = dict(row.body or {})
    if not certificate.is_complete(body["certificate"]):
        raise outcomes.Later("the certificate is not written yet", _WAIT_S)
    forget_contact.partner(visit.for_partner(body["partner"]))
    change = Change(visit)
    outbox.finish(change, row, visit.at, state="done", outcome="emptied")
    certificate.confirm(change, visit, body["certificate"], processor=egress.BEXIO.vendor)
    change.done()


def chatra(visit: Visit, row: outbox.Row) -> None:
    """There is no call to erase a chat: what nobody has done by its date wakes somebody, again and again."""
    log.error("erasure.overdue", outcomes.Later("by hand"), task=row.task, row=row.sk)
    raise outcomes.Later("somebody has to do it", _REMIND_S)


def _forgotten(visit: Visit, row: outbox.Row, body: Mapping[str, Any]) -> bool:
    """Whether there was somebody to erase."""

    def keep(progress: Mapping[str, Any]) -> None:
        outbox.keep(row, {**body, "progress": dict(progress)})

    with Calls(visit) as calls:
        return forget_person.person(body["progress"], keep, _disclosure(row.sk), calls)


def _disclosure(row_id: str) -> egress.Disclosure:
    return egress.Disclosure(egress.ZENDESK.vendor, _PURPOSE, _BASIS, ("contact",), "erasure", row_id)
