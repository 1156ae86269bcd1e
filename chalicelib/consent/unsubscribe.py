"""End the newsletter by the link in a mail, without signing in: one click of a mail program is enough (RFC 8058)."""

from typing import Any

from chalicelib.consent import choices, leave, newsletter, newsletter_link
from chalicelib.plumbing import links
from chalicelib.plumbing.change import Change, settled
from chalicelib.plumbing.visit import Visit


def by_link(visit: Visit, token: str) -> dict[str, Any]:
    """`{subscribed: false}`, also where nothing came any more. Raises Missing for a forged link."""
    (partner_id,) = links.read(newsletter_link.UNSUBSCRIBE, token, visit.at)
    there = visit.for_partner(partner_id)

    def decide(change: Change) -> dict[str, Any]:
        leave.newsletter(change, there, how="link")
        return {"subscribed": False}

    return settled(there, decide)


def looked_at(visit: Visit, token: str) -> dict[str, Any]:
    """`{subscribed}`: whether there is anything to end; looking changes nothing. Raises Missing for a forged link."""
    (partner_id,) = links.read(newsletter_link.UNSUBSCRIBE, token, visit.at)
    state = newsletter.state_of(choices.of(partner_id, newsletter.PURPOSE), visit.at)
    return {"subscribed": state in ("given", "pending")}
