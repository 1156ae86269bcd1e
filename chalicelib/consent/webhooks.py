"""Where newsletter vendors report who left, and where mail programs unsubscribe with one click."""

from dataclasses import replace
from typing import Any

from chalicelib.consent import show_unsubscribed, told_by_vendor, unsubscribe
from chalicelib.plumbing.answers import Answer
from chalicelib.plumbing.doors import Doors
from chalicelib.plumbing.visit import Visit

door = Doors(__name__)
_BODIES = ["application/json", "application/x-www-form-urlencoded"]


@door.webhook("/hooks/ortto/{token}", ["POST"], content_types=_BODIES)
def ortto_reports(visit: Visit, sent: dict[str, Any], token: str) -> Answer:
    """Ortto reports that somebody unsubscribed or could not be reached; perhaps again, perhaps late."""
    told_by_vendor.left(visit, sent, vendor="ortto", token=token)
    return _ok()


@door.webhook("/hooks/autopilot/{token}", ["POST"], content_types=_BODIES)
def autopilot_reports(visit: Visit, sent: dict[str, Any], token: str) -> Answer:
    """Autopilot reports what happened to a contact; only that somebody unsubscribed matters here."""
    told_by_vendor.left(visit, sent, vendor="autopilot", token=token)
    return _ok()


@door.webhook("/unsubscribe/{token}", ["POST"], content_types=[*_BODIES, "multipart/form-data"])
def unsubscribe_with_one_click(visit: Visit, sent: dict[str, Any], token: str) -> Answer:
    """End the newsletter (RFC 8058): the sealed token of the link is the right, so no form and no session is needed."""
    result = unsubscribe.by_link(replace(visit, source="web"), token)
    return Answer(200, result, {}, "unsubscribed", page=show_unsubscribed.ended())


def _ok() -> Answer:
    return Answer(200, {"received": True}, {}, "hook")
