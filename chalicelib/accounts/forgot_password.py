"""Ask for a new password: the answer is the same whether or not the mail address is known."""

from dataclasses import replace
from typing import Any

from chalicelib.accounts import facts, logins
from chalicelib.activity import outbox, record
from chalicelib.plumbing import envelope, ids, limits
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.limits import Limit
from chalicelib.plumbing.visit import Visit

PER_ADDRESS = Limit("password_reset", 20, 3600, "ip_address")
PER_MAIL = Limit("password_reset_mail", 5, 3600, "email")
LIMITS = (PER_ADDRESS, PER_MAIL)


def employee(visit: Visit, email: str) -> dict[str, Any]:
    """Let a link be sent to whoever signs in with this address; `{}` in any case. Raises TooMany."""
    limits.count(PER_ADDRESS, limits.address(visit.ip or ""), at=visit.at)
    limits.count(PER_MAIL, logins.fingerprint(email), at=visit.at)
    row = logins.of(email)
    if row is None or row.status != "active":
        nobody = replace(visit, partner_id=None, employee_id=None)
        envelope.anew(None)
        change = Change(nobody)
        record.fact(change, nobody, facts.RESET_FOR_NOBODY)
        # A known address means one message more for the queue. So that the clock tells nobody, an unknown one sends one
        # too, for a row that is not there: whoever receives it finds nothing to do.
        change.hurry(outbox.partition(record.NOBODY), ids.new(visit.at))
        return change.done({})
    there = replace(visit, partner_id=row.partner_id, employee_id=row.employee_id)
    envelope.anew(row.partner_id)
    change = Change(there)
    record.fact(change, there, facts.RESET_ASKED, subject=("employee", row.employee_id))
    return change.done({})
