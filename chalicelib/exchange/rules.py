"""What can be exported and brought, how long a file is there, and how long a worker may take."""

from collections.abc import Mapping
from datetime import datetime, timedelta

SCHEMA = "zeitfenster-export/1"
WHAT: Mapping[str, tuple[str, ...]] = {
    "customers": ("customers",),
    "appointments": ("appointments",),
    "services": ("services",),
    "employees": ("employees", "hours", "absences"),
    "all": (
        "partner",
        "employees",
        "hours",
        "absences",
        "services",
        "texts",
        "customers",
        "appointments",
        "messages",
        "consents",
        "orders",
        "invoices",
        "disclosures",
        "activity",
        "sessions",
        "api_keys",
        "busy_sources",
    ),
    "my_data": ("customers", "appointments", "messages", "disclosures"),
}
"""The parts of each kind of file, in their order; `my_data` is what a customer gets about themselves."""
MINE = "my_data"
FOR_PARTNERS = tuple(one for one in WHAT if one != MINE)
FORMATS = ("xlsx", "json")

BROUGHT: Mapping[str, tuple[str, ...]] = {
    "customers": ("customers",),
    "services": ("services",),
    "employees": ("employees", "hours", "absences"),
    "appointments": ("appointments",),
}
"""The sheets that each kind of import looks for, in the order in which they are taken in."""
MOST_BROUGHT_BYTES = 5 * 1024 * 1024

LINK_SECONDS = 900
KEPT = timedelta(hours=24)  # as long as the file can be fetched
LISTED_DAYS = 30  # as long as the list shows that there was one
LEASE = timedelta(minutes=16)  # a worker has fifteen
GIVEN_UP_AFTER = timedelta(hours=2)
MOST_TRIES = 3


def shown_state(state: str, expires_at: datetime | None, *, at: datetime) -> str:
    """The state as people see it: a file whose time is over is expired, even if nobody has swept it away yet."""
    return "expired" if state == "ready" and expires_at is not None and at >= expires_at else state
