"""The sentence of every kind of fact: the one place that knows the facts of all rooms."""

from chalicelib.accounts import facts as accounts
from chalicelib.activity import facts as activity
from chalicelib.activity.vocabulary import Fact
from chalicelib.analytics import facts as analytics
from chalicelib.billing import facts as billing
from chalicelib.booking import facts as booking
from chalicelib.calendars import facts as calendars
from chalicelib.consent import facts as consent
from chalicelib.exchange import facts as exchange
from chalicelib.messaging import facts as messaging
from chalicelib.offering import facts as offering
from chalicelib.privacy import facts as privacy
from chalicelib.relay import facts as relay
from chalicelib.support import facts as support

ALL: tuple[Fact, ...] = (
    *activity.ALL, *consent.ALL, *accounts.ALL, *offering.ALL, *booking.ALL, *support.ALL, *billing.ALL, *analytics.ALL,
    *messaging.ALL, *relay.ALL, *exchange.ALL, *privacy.ALL,
    *calendars.ALL,
)  # fmt: skip
_BY_KIND = {one.kind: one for one in ALL}


def of(kind: str, language: str) -> str:
    """The sentence for people; the kind itself for one that an older version of the product wrote."""
    fact = _BY_KIND.get(kind)
    return fact.sentence(language) if fact else kind
