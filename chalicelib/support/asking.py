"""How people reach us and how often, and what we know already of somebody who is signed in and asks."""

from datetime import timedelta
from typing import Any

from chalicelib.accounts import find
from chalicelib.plumbing import settings
from chalicelib.plumbing.limits import Limit
from chalicelib.plumbing.visit import Visit

ANSWERED_WITHIN = timedelta(
    days=28
)  # one month at most (Art. 12(3) GDPR), 30 days (Art. 25(7) DSG); this is within both
QUESTIONS = Limit("support", 20, 3_600, "ip_address")
LIMITS = (QUESTIONS,)


def ways() -> dict[str, Any]:
    """The ways to us as JSON: the form, our mail address and our postal address."""
    here = settings.get()
    return {"form": "/forms/support", "email": here.operator_email or None, "address": list(here.operator_address)}


def known(visit: Visit) -> dict[str, str]:
    """What somebody who is signed in need not type again; empty for strangers and programs."""
    if visit.employee_id is None:
        return {}
    person = find.employee(visit.partner, visit.employee_id)
    if person is None:
        return {}
    return {"first_name": person.first_name, "last_name": person.last_name, "email": person.email}
