"""Switch the newsletter on, which waits for the link in a mail, or off, which happens at once."""

from typing import Any

from chalicelib.consent import ask_newsletter, choices, leave, newsletter
from chalicelib.consent.choices import Choice
from chalicelib.plumbing import limits
from chalicelib.plumbing.change import Change, settled
from chalicelib.plumbing.limits import Limit
from chalicelib.plumbing.visit import Visit

PER_PARTNER = Limit("newsletter_mail", 5, 3600, "partner")
LIMITS = (PER_PARTNER,)


def partner(visit: Visit, *, subscribed: bool) -> dict[str, Any]:
    """The newsletter as it stands then; wishing what is so already changes nothing. Raises TooMany for too many mails."""
    wanted = newsletter.state_of(choices.of(visit.partner, newsletter.PURPOSE), visit.at)
    if subscribed and wanted != "given":
        limits.count(PER_PARTNER, visit.partner, at=visit.at)

    def decide(change: Change) -> dict[str, Any]:
        if subscribed:
            choice: Choice | None = ask_newsletter.partner(change, visit)
        else:
            choice = leave.newsletter(change, visit, how="switch") or choices.of(visit.partner, newsletter.PURPOSE)
        return newsletter.of(choice, visit.at, visit.language)

    return settled(visit, decide)
