"""Confirm the newsletter by the link in the mail: only now is it a consent, and only now may its vendor hear of anybody."""

from datetime import datetime
from typing import Any

from chalicelib.activity import record
from chalicelib.consent import choices, facts, grant, newsletter, newsletter_link
from chalicelib.consent.choices import Choice
from chalicelib.plumbing import clock, links
from chalicelib.plumbing.change import Change, settled
from chalicelib.plumbing.refusals import Gone
from chalicelib.plumbing.visit import Visit


def by_link(visit: Visit, token: str) -> dict[str, Any]:
    """The newsletter as it stands then; the same link again changes nothing.

    Raises Missing for a forged link, Gone for one that is too old or that was overtaken by a later choice.
    """
    partner_id, _, address = links.read(newsletter_link.CONFIRM, token, visit.at)
    there = visit.for_partner(partner_id)

    def decide(change: Change) -> dict[str, Any]:
        choice = asked(token, visit.at)
        if choice.state != "given":
            evidence = {
                "how": "link in a mail",
                "asked_at": clock.text(choice.asked_at or choice.at),
                "asked_by": choice.channel,
                "address": address,
            }
            choice = grant.consent(change, there, newsletter.PURPOSE, evidence=evidence)
            record.fact(
                change, there, facts.NEWSLETTER_CONFIRMED, subject=("partner", partner_id),
                detail={"number": choice.number, "address": address},
            )  # fmt: skip
        return newsletter.of(choice, visit.at, visit.language)

    return settled(there, decide)


def asked(token: str, at: datetime) -> Choice:
    """The choice that a link is about: still to be confirmed, or confirmed by this very link. Raises Missing and Gone."""
    partner_id, number, _ = links.read(newsletter_link.CONFIRM, token, at)
    choice = choices.of(partner_id, newsletter.PURPOSE)
    waits = choice is not None and choice.state == "pending" and choice.number == int(number)
    confirmed = choice is not None and choice.state == "given" and choice.number == int(number) + 1
    if choice is None or not (waits or confirmed):
        raise Gone("link_over")
    return choice
