"""The links of the newsletter: the one that confirms it, good for a week, and the one that ends it, good for ever."""

from chalicelib.consent import choices, newsletter
from chalicelib.plumbing import keyring, links, settings

CONFIRM = "newsletter"
UNSUBSCRIBE = "unsubscribe"


def confirming(partner_id: str, email: str) -> str | None:
    """The address to put into a mail to `email`; None when there is nothing to confirm."""
    choice = choices.of(partner_id, newsletter.PURPOSE)
    if choice is None or choice.state != "pending":
        return None
    parts = [partner_id, str(choice.number), fingerprint(email)]
    token = links.make(CONFIRM, parts, expires_at=newsletter.until(choice))
    return f"{settings.get().public_url}/forms/confirm-newsletter?token={token}"


def ending(partner_id: str) -> str:
    """The address by which a subscription ends without signing in (RFC 8058)."""
    token = links.make(UNSUBSCRIBE, [partner_id], expires_at=None)
    return f"{settings.get().public_url}/unsubscribe/{token}"


def fingerprint(email: str) -> str:
    """The keyed hash of a mail address, by which it is found again without being known."""
    return keyring.fingerprint("newsletter", email.strip().lower())
