"""How long the action log is kept, and how often the outbox tries."""

from datetime import timedelta

KEEP_FACTS_MONTHS = 13  # DSV Art. 4(5): at least one year; the policy names 13 months
KEEP_ADDRESS_DAYS = 90  # then the IP address of a fact is blacked out; the fact stays
KEEP_COUNTS_MONTHS = 25  # two years side by side on the dashboard; no person is in them
KEEP_OUTBOX_DAYS = 90
MOST_DAYS = 400
LEASE = timedelta(seconds=90)
MOST_ATTEMPTS = 8  # within an hour and a bit
MOST_ATTEMPTS_OF_A_DAY = 32  # for what is still worth something when a vendor comes back after a day


def pause_before(attempt: int, *, wish_s: int | None = None) -> timedelta:
    """How long to wait before the next attempt, after `attempt` of them: 30 s doubling to an hour, or what was asked."""
    seconds = min(30 * 2 ** max(0, attempt - 1), 3600)
    return timedelta(seconds=max(seconds, min(wish_s or 0, 6 * 3600)))
