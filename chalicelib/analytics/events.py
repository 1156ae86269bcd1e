"""All that is ever counted: four kinds of events, and the pages that may be named in them."""

import msgspec

PAGES = (
    "/",
    "/contact",
    "/counting",
    "/imprint",
    "/legal/conformance",
    "/limits",
    "/policies",
    "/policies/dpa",
    "/policies/privacy",
    "/policies/terms",
    "/processing-record",
    "/sub-processors",
    "/forms/login",
    "/forms/register",
    "/forms/support",
)
"""Our own public pages. A partner's booking page, the desk and a customer's page are never counted as seen."""

PAGE_VIEW, SIGN_UP, LOGIN, BOOKING = "page_view", "sign_up", "login", "booking_completed"
NAMES = (PAGE_VIEW, SIGN_UP, LOGIN, BOOKING)
_OF_DOOR = {"confirm_email": SIGN_UP, "login": LOGIN, "book_appointment": BOOKING}


class Event(msgspec.Struct, frozen=True):
    """One event: its name, and what is said of it; texts of this file alone, never one that somebody typed."""

    name: str
    params: dict[str, str]


def of_page(path: str) -> Event | None:
    """The event of a page that was seen, or None for a page that is not counted; `path` is without its query."""
    return Event(PAGE_VIEW, {"page": path}) if path in PAGES else None


def of_form(door: str, source: str) -> Event | None:
    """The event of a form that was sent to a door and had its effect, or None; a booking says by which way it came."""
    name = _OF_DOOR.get(door)
    if name is None:
        return None
    return Event(name, {"channel": "widget" if source == "widget" else "web"} if name == BOOKING else {})
