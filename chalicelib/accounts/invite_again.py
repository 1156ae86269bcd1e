"""Invite somebody again who has not set a password yet: a mail with a new link, and the old link is good as long as it was."""

from typing import Any

from chalicelib.accounts import facts, find, logins, rules
from chalicelib.activity import record
from chalicelib.plumbing import ids, limits
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.limits import Limit
from chalicelib.plumbing.refusals import Conflict, Forbidden, Missing
from chalicelib.plumbing.visit import Visit

PER_MAIL = Limit("invitation_mail", 3, 3600, "email")
LIMITS = (PER_MAIL,)


def employee(visit: Visit, employee_id: str) -> dict[str, Any]:
    """Let the mail be sent. Raises Missing, Forbidden for a role above one's own, Conflict `password_set`, TooMany."""
    person = find.employee(visit.partner, employee_id) if ids.is_id(employee_id) else None
    if person is None or not person.active:
        raise Missing
    if not rules.may_hire(visit.role or "", person.role):
        raise Forbidden("role_too_low")
    if employee_id not in find.invited([person]):
        raise Conflict("password_set")
    limits.count(PER_MAIL, logins.fingerprint(person.email), at=visit.at)
    change = Change(visit)
    record.fact(change, visit, facts.INVITED_AGAIN, subject=("employee", employee_id))
    return change.done()
