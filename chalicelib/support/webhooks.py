"""Where Zendesk and Chatra tell us what happened."""

from typing import Any

from chalicelib.plumbing.answers import Answer
from chalicelib.plumbing.doors import Doors
from chalicelib.plumbing.visit import Visit
from chalicelib.support import hooks

door = Doors(__name__)


@door.webhook("/hooks/zendesk", ["POST"], content_types=["application/json"])
def zendesk_events(visit: Visit, sent: dict[str, Any]) -> Answer:
    """Events that Zendesk signed, perhaps again."""
    request = door.blueprint.current_request
    headers = {str(name).lower(): str(value) for name, value in request.headers.items()}
    hooks.zendesk(visit, sent, headers=headers, body=_bytes(request.raw_body))
    return Answer(200, {"state": "taken"}, name="hook")


@door.webhook("/hooks/chatra/{token}", ["POST"], content_types=["application/json"])
def chatra_events(visit: Visit, sent: dict[str, Any], token: str) -> Answer:
    """Events of the chat; nothing of them is kept."""
    hooks.chat(sent, token=token)
    return Answer(200, {"state": "taken"}, name="hook")


def _bytes(body: str | bytes | None) -> bytes:
    return body.encode() if isinstance(body, str) else body or b""
