"""What partners' systems can hear, how often it is tried, and when an address that fails is left alone."""

import zlib
from collections.abc import Mapping
from datetime import timedelta

KINDS = (
    "appointment.booked",
    "appointment.moved",
    "appointment.cancelled",
    "appointment.missed",
    "appointment.completed",
    "customer.created",
    "customer.updated",
    "customer.erased",
)
TEST = "test"
OF_FACT: Mapping[str, str] = {**{one: one for one in KINDS}, "appointment.declined": "appointment.cancelled"}
"""What a fact is called outside: whoever heard of a request as booked hears of its refusal as cancelled."""

APPOINTMENT_IDS = ("appointment_id", "service_id", "employee_id", "customer_id")
OF_APPOINTMENT = ("start", "end", "status")
OF_CUSTOMER = ("first_name", "last_name", "email", "phone")
FIELDS = (*OF_APPOINTMENT, *OF_CUSTOMER)
"""What a partner may name beyond ids. Nothing else ever leaves: no note, no answer, no price."""

MOST_ENDPOINTS = 10
STATES = ("active", "paused")
"""What a partner may set; `failing` and `gone` are set when an address fails for three days or answers 410."""

TRIED_FOR = timedelta(days=3)
LOG_DAYS = 30
OLD_SECRET_FOR = timedelta(hours=24)
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 60, 6 * 3600
STOPPED_AFTER = TRIED_FOR - timedelta(seconds=_LONGEST_PAUSE_S)
"""How long nothing may have been heard for an address to be stopped, when a message is given up."""
RESTS_AFTER = 3  # failures in a row: then the address is left alone, whatever else waits for it


def pause(failures: int, salt: str) -> timedelta:
    """How long to wait after so many failures: a minute, doubling to six hours, up to a fifth more or less by `salt`.

    Without the difference everything that failed together would come back together.
    """
    seconds = min(_FIRST_PAUSE_S * 2 ** min(max(failures - 1, 0), 20), _LONGEST_PAUSE_S)
    share = zlib.crc32(f"{salt}/{failures}".encode()) % 401 - 200
    return timedelta(seconds=seconds + seconds * share // 1000)


def is_good(status: int) -> bool:
    """Whether the answer means that it was heard. A redirect does not: it is never followed."""
    return 200 <= status < 300
