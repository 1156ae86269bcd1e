"""Where SMSAPI reports what became of a message."""

from typing import Any

from chalicelib.messaging import receive
from chalicelib.plumbing.answers import Answer
from chalicelib.plumbing.doors import Doors
from chalicelib.plumbing.visit import Visit

door = Doors(__name__)


@door.webhook(
    "/hooks/smsapi/{token}", ["GET", "POST"], content_types=["application/x-www-form-urlencoded", "application/json"]
)
def smsapi_reports(visit: Visit, sent: dict[str, Any], token: str) -> Answer:
    """Delivery reports of SMSAPI: several in one call, in any order, perhaps again."""
    receive.reports(visit, sent, token=token)
    # Anything but exactly OK makes the vendor send the report again.
    return Answer(200, "OK", {}, "hook", content_type="text/plain; charset=utf-8")
