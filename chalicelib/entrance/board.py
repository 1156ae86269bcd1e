"""Every room with doors for visitors, one line each: what app.py hangs up, and what form office and API description know."""

import re
from collections.abc import Mapping, Sequence

from chalicelib.accounts import routes as accounts
from chalicelib.analytics import routes as analytics
from chalicelib.billing import routes as billing
from chalicelib.booking import routes as booking
from chalicelib.calendars import routes as calendars
from chalicelib.consent import routes as consent
from chalicelib.consent import webhooks as consent_webhooks
from chalicelib.exchange import routes as exchange
from chalicelib.messaging import routes as messaging
from chalicelib.messaging import webhooks as messaging_webhooks
from chalicelib.offering import routes as offering
from chalicelib.plumbing.door import Door
from chalicelib.plumbing.doors import Doors
from chalicelib.privacy import routes as privacy
from chalicelib.relay import routes as relay
from chalicelib.support import routes as support
from chalicelib.support import webhooks as support_webhooks

ROOMS: tuple[Doors, ...] = (
    consent.door,
    consent_webhooks.door,
    accounts.door,
    offering.door,
    booking.door,
    messaging.door,
    messaging_webhooks.door,
    billing.door,
    support.door,
    support_webhooks.door,
    relay.door,
    analytics.door,
    exchange.door,
    privacy.door,
    calendars.door,
)


def declared() -> tuple[Door, ...]:
    """Every door of every room, in the order of the board."""
    return tuple(door for room in ROOMS for door in room.declared)


def methods(path: str, more: Sequence[Door] = ()) -> list[str]:
    """The methods that a path has (the POST by which pages say another method is not one of them)."""
    found = {door.method for door in (*declared(), *more) if door.path == path and not door.for_browsers}
    return sorted(found | ({"HEAD"} if "GET" in found else set()))


def form_door(name: str, context: Mapping[str, str]) -> Door | None:
    """The door of a form. One form may have several (make, change, move): the context says which is meant.

    `action` may be the path it should go to or its last word (`move`), `method` its method; else a context that fills
    all names of a path (`id`) means that path, and an empty one the path without names.
    """
    doors = [door for door in declared() if door.form and door.form.name == name and not door.for_browsers]
    action, method = context.get("action", "").rstrip("/"), context.get("method", "").upper()
    if action:
        doors = [door for door in doors if _matches(door, action)] or doors[:0]
    if method:
        doors = [door for door in doors if door.method == method]
    filled = [door for door in doors if all(context.get(one) for one in _parameters(door))]
    return max(filled or doors, key=lambda door: len(_parameters(door)), default=None)


def _parameters(door: Door) -> tuple[str, ...]:
    return door.form.parameters if door.form else ()


def _matches(door: Door, action: str) -> bool:
    path = "".join("[^/]+" if part.startswith("{") else re.escape(part) for part in re.split(r"(\{\w+\})", door.path))
    return door.path.endswith("/" + action) or re.fullmatch(path, action) is not None
