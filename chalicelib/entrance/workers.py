"""The doors nobody knocks at: schedules and the queue. Only packaging asks for them; each runs in a function of its own."""

from chalicelib import reactions
from chalicelib.activity import jobs as activity
from chalicelib.billing import jobs as billing
from chalicelib.exchange import jobs as exchange
from chalicelib.messaging import jobs as messaging
from chalicelib.plumbing.workers import Workers
from chalicelib.privacy import jobs as privacy

ROOMS: tuple[Workers, ...] = (
    messaging.workers,
    activity.workers,
    exchange.workers,
    billing.workers,
    privacy.workers,
    reactions.workers,
)
