"""The doors nobody knocks at: schedules and the queue. Only packaging asks for them; each runs in a function of its own."""

from chalicelib import reactions
from chalicelib.activity import jobs as activity
from chalicelib.billing import jobs as billing
from chalicelib.exchange import jobs as exchange
from chalicelib.messaging import jobs as messaging
from chalicelib.plumbing.doors import Doors
from chalicelib.privacy import jobs as privacy

ROOMS: tuple[Doors, ...] = (
    messaging.door,
    activity.door,
    exchange.door,
    billing.door,
    privacy.door,
    reactions.door,
)
