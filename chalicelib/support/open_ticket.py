"""Pass a question straight on to Zendesk: one ticket however often the form is sent, and nothing of it kept here."""

import time
from typing import Any

from chalicelib.activity import record
from chalicelib.activity.calls import Calls
from chalicelib.plumbing import egress, ids, keyring, limits, log, once, outcomes
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.refusals import Refusal, Unavailable, invalid
from chalicelib.plumbing.visit import Visit
from chalicelib.support import asking, facts, zendesk
from chalicelib.support.zendesk import Ticket

MOST_TRIES = 2
LAST_TRY_BY_S = 7.5  # with two calls of 7 seconds and a new token of 5 in between, all is over before the 28th second
WAIT_S = 30
WAIT_FOR_US_S = 600


def ticket(
    visit: Visit, *, first_name: str, last_name: str, email: str, subject: str, text: str, about: str
) -> dict[str, Any]:
    """`{state: "passed_on", due_on}`, the day by which a question about data protection is answered, else None. Raises TooMany, Invalid for an address that Zendesk does not take, and Unavailable.

    After Unavailable nothing is kept and the form is as good as before: the same form sent again is the same ticket.
    """
    limits.count(asking.QUESTIONS, limits.address(visit.ip or ""), at=visit.at)
    if visit.once and once.answer(visit.once)[0]:
        raise once.Used
    due_on = (visit.at + asking.ANSWERED_WITHIN).date() if about == "privacy" else None
    asked = Ticket(f"{first_name} {last_name}", email, subject, text, visit.language, _key(visit), due_on)
    with Calls(visit) as calls:
        problem = _handed_over(asked, _disclosure(visit), calls)
        if problem is not None:
            raise problem
        what = facts.ASKED if due_on is None else facts.ASKED_ABOUT_DATA
        detail = {"due_on": due_on.isoformat()} if due_on else None
        change = Change(visit)
        calls.add(change)
        record.fact(change, visit, what, subject=_subject(visit), detail=detail)
        return change.done({"state": "passed_on", "due_on": due_on})


def _handed_over(asked: Ticket, disclosure: egress.Disclosure, calls: Calls) -> Refusal | None:
    """Why it did not work, or None."""
    started = time.monotonic()
    for tried in range(1, MOST_TRIES + 1):
        try:
            zendesk.create(asked, disclosure, calls)
        except (outcomes.Later, outcomes.Unknown) as problem:
            wish_s = problem.retry_after_s if isinstance(problem, outcomes.Later) else None
            if wish_s is not None or tried == MOST_TRIES or time.monotonic() - started > LAST_TRY_BY_S:
                log.warning("support.away", error=type(problem).__name__, tries=tried)
                return Unavailable("support_away", retry_after_s=wish_s or WAIT_S)
        except outcomes.Never as never:
            if never.fault == "recipient":
                return invalid("email", "not_an_email")
            log.error("support.refused", never, code=never.code)
            return Unavailable("support_away", retry_after_s=WAIT_FOR_US_S)
        except egress.NotAllowed as problem:
            log.error("support.not_set_up", problem)
            return Unavailable("support_away", retry_after_s=WAIT_FOR_US_S)
        else:
            return None
    raise AssertionError("the last try ends the loop")


def _key(visit: Visit) -> str:
    """The same for the same form with the same content; other words in the same form are another ticket."""
    if visit.once is None:
        return ids.secret()
    return keyring.fingerprint("ticket", f"{visit.once.nonce}#{visit.once.content}")


def _disclosure(visit: Visit) -> egress.Disclosure:
    listed = egress.ZENDESK
    return egress.Disclosure(
        listed.vendor, listed.purpose, listed.legal_basis, ("contact", "content"), *_subject(visit)
    )


def _subject(visit: Visit) -> tuple[str, str]:
    if visit.employee_id:
        return "employee", visit.employee_id
    return ("partner", visit.partner_id) if visit.partner_id else ("visitor", visit.request_id)
