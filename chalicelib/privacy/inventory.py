"""What is stored, field by field, and why: gathered from the rows as they are declared."""

from dataclasses import dataclass
from itertools import chain
from typing import Any

from chalicelib.accounts import forget as accounts
from chalicelib.activity import forget as activity
from chalicelib.billing import forget as billing
from chalicelib.booking import forget as booking
from chalicelib.calendars import forget as calendars
from chalicelib.consent import forget as consent
from chalicelib.exchange import forget as exchange
from chalicelib.messaging import forget as messaging
from chalicelib.offering import forget as offering
from chalicelib.plumbing import api_keys, attributes, envelope, limits, once, sessions
from chalicelib.plumbing.rows import Record
from chalicelib.privacy import forget as privacy
from chalicelib.relay import forget as relay

_ROOMS = (accounts, activity, billing, booking, consent, exchange, messaging, offering, privacy, relay, calendars)


@dataclass(frozen=True, slots=True)
class Item:
    """One stored attribute: the lifecycle (table) it lies in, the kind of row, its name, and what it is (the columns of `About`)."""

    lifecycle: str
    kind: str
    name: str
    about: attributes.About


_TICKET = attributes.About(
    "visitor", "support", "Art. 6(1)(b) GDPR", "support", recipients=("zendesk",), category="contact",
)  # fmt: skip
_CHAT = _TICKET.but(basis="Art. 6(1)(a) GDPR", recipients=("chatra",))
_COUNTED = attributes.About(
    "visitor", "statistics", "Art. 6(1)(a) GDPR", "statistics", recipients=("ga4",), category="meta",
)  # fmt: skip
ELSEWHERE: tuple[Item, ...] = (
    *(Item("zendesk", "ticket", name, _TICKET) for name in ("email", "name", "subject", "text")),
    *(Item("chatra", "chat", name, _CHAT) for name in ("client_id", "text")),
    *(Item("ga4", "count", name, _COUNTED) for name in ("client_id", "event", "minute", "page")),
)
"""What processors keep for us, and nothing of it lies here."""


def kinds() -> tuple[type[Record], ...]:
    """Every kind of row there is."""
    rooms = chain.from_iterable(room.KINDS for room in _ROOMS)
    return (*rooms, sessions.SessionRow, once.UsedForm, api_keys.ApiKey, envelope.KeyRow)


def items() -> tuple[Item, ...]:
    """Every stored attribute. What has no rows of its own kind here stands by hand: limits, and what others keep for us."""
    declared = [
        Item(kind.lifecycle, _named(kind), name, _about(attribute))
        for kind in kinds()
        for name, attribute in sorted(kind.get_attributes().items())
        if name not in ("pk", "sk")
    ]
    counted = [Item("guard", "limit", name, limits.GUARD) for name in ("attempts", "expires")]
    return (*declared, *counted, *ELSEWHERE)


def _about(attribute: Any) -> attributes.About:
    made: attributes.About = attribute.about
    return made


def _named(kind: type[Record]) -> str:
    return "".join("_" + one.lower() if one.isupper() else one for one in kind.__name__.removesuffix("Row")).lstrip("_")
