"""How calendars are shown and read: what a feed may say, how often sources are asked, and when what they said is too old."""

import zlib
from datetime import timedelta

DETAILS = ("busy", "service", "customer")
"""What a feed says of an appointment: that there is one, what for, or also with whom."""
KINDS = ("ics", "caldav")

MOST_FEEDS = 5  # for each employee
MOST_SOURCES = 5
PAST_DAYS, COMING_DAYS = 30, 180
FEED_EVERY = timedelta(minutes=15)

HORIZON_DAYS = 400
READ_DAYS = HORIZON_DAYS + 2  # the day before as well: zones and days over midnight
MOST_BYTES = 5_000_000
EVERY = timedelta(minutes=15)
_LONGEST_PAUSE = timedelta(hours=6)
RESTS = timedelta(days=1)
TOLD_AFTER = timedelta(days=3)
STALE_AFTER = timedelta(days=7)
"""How long busy times stay that cannot be read anew: a dead address must not keep somebody's days closed for ever."""


def pause(failures: int, salt: str) -> timedelta:
    """How long to wait for the next reading: a quarter of an hour, doubling with each failure to six hours, a fifth more or
    less by `salt`, so that not all of them come at once.
    """
    wait = min(EVERY * (1 << min(failures, 10)), _LONGEST_PAUSE)
    return wait + wait * (zlib.crc32(f"{salt}/{failures}".encode()) % 401 - 200) / 1000


def may_arrange(role: str | None, own_id: str | None, employee_id: str) -> bool:
    """Whether somebody may arrange the calendars of an employee: employees only their own."""
    return role in ("owner", "admin") or own_id == employee_id


def may_name_customers(role: str | None) -> bool:
    """Whether somebody may let a feed say who comes: the partner answers for where names go, an employee does not."""
    return role in ("owner", "admin")
