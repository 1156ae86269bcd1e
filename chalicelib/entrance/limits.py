"""The limits that are published: the very constants that the rooms count with."""

from typing import Any

from chalicelib.accounts import forgot_password, invite_again, log_in, prove, register, reset_password, second_factor
from chalicelib.analytics import count
from chalicelib.calendars import ask_refresh, read_feed
from chalicelib.consent import set_newsletter
from chalicelib.exchange import bring, start
from chalicelib.plumbing.limits import Limit
from chalicelib.relay import try_out
from chalicelib.support import asking

ALL: tuple[Limit, ...] = (
    *log_in.LIMITS,
    *register.LIMITS,
    *forgot_password.LIMITS,
    *reset_password.LIMITS,
    *prove.LIMITS,
    *second_factor.LIMITS,
    *asking.LIMITS,
    *invite_again.LIMITS,
    *start.LIMITS,
    *bring.LIMITS,
    *try_out.LIMITS,
    *set_newsletter.LIMITS,
    *count.LIMITS,
    *read_feed.LIMITS,
    *ask_refresh.LIMITS,
)


def shown() -> list[dict[str, Any]]:
    """Each limit as the contract shows it."""
    return [
        {"name": one.name, "attempts": one.attempts, "window_seconds": one.window_seconds, "per": one.per}
        for one in ALL
    ]
