"""The newsletter as a partner sees it: whether it comes, since when, and until when a confirmation is waited for."""

from datetime import datetime, timedelta
from typing import Any

from chalicelib.consent import choices, purposes
from chalicelib.consent.choices import Choice

PURPOSE = "newsletter"
CONFIRM_WITHIN = timedelta(days=7)


def shown(partner_id: str, at: datetime, language: str) -> dict[str, Any]:
    """As JSON. `state` is none, pending, expired (the link was not followed in time), given or withdrawn."""
    return of(choices.of(partner_id, PURPOSE), at, language)


def of(choice: Choice | None, at: datetime, language: str) -> dict[str, Any]:
    """The same from a choice that was read already."""
    state = state_of(choice, at)
    now = choice is None or state in ("expired", "withdrawn")  # whoever says yes next, says it to the present sentence
    version = purposes.version(PURPOSE) if now or choice is None else choice.text_version
    spoken = language if now or choice is None else choice.language
    return {
        "state": state,
        "subscribed": state == "given",
        "at": choice.at if choice else None,
        "confirm_by": until(choice) if choice and state == "pending" else None,
        "text": purposes.sentence(PURPOSE, version, spoken),
        "text_version": version,
        "text_hash": purposes.hashed(PURPOSE, version, spoken),
        "language": spoken,
    }


def state_of(choice: Choice | None, at: datetime) -> str:
    """How a choice stands at an instant: one that nobody confirms in time expires by itself."""
    if choice is None:
        return "none"
    return "expired" if choice.state == "pending" and at >= until(choice) else choice.state


def until(choice: Choice) -> datetime:
    """Until when the link in the mail is good."""
    return (choice.asked_at or choice.at) + CONFIRM_WITHIN
