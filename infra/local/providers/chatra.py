"""Chatra as far as its documentation says (help pages of chatra.com): the widget's script, and messages and clients by REST.

There is no call to erase somebody, as there is none at the vendor. The script is a stand-in: a button that says what the
real one would have been told.
"""

import json
import secrets
import threading
from typing import Any

from infra.local.providers import wire

MAX_LETTERS = 5_000
WIDGET = """// A stand-in for the vendor's widget: it shows that it was loaded, and for whom.
(() => {
  const button = document.createElement("button");
  button.id = "chatra-simulated";
  button.type = "button";
  button.textContent = "Chat";
  button.title = `simulated chat ${window.ChatraID}`;
  Object.assign(button.style, { position: "fixed", insetInlineEnd: "1rem", insetBlockEnd: "1rem", zIndex: 9 });
  document.body.append(button);
  window.Chatra = (name) => { if (name === "kill") button.remove(); };
})();
"""


class Chatra:
    """The vendor: the infos of its clients, and the messages of our agents."""

    name = "chatra"

    def __init__(self, world: wire.World) -> None:
        self._world = world
        self._lock = threading.Lock()
        self._clients: dict[str, dict[str, Any]] = {}
        self._messages: dict[str, dict[str, Any]] = {}

    def describe(self, request: wire.Request) -> Any:
        return wire.parsed(request)

    def answer(self, request: wire.Request) -> wire.Answer:
        if request.method in ("GET", "HEAD") and request.path == "/chatra.js":
            return wire.Answer(200, WIDGET.encode(), "text/javascript; charset=utf-8", {
                "Cross-Origin-Resource-Policy": "cross-origin", "Cache-Control": "no-store",
            })  # fmt: skip
        scheme, _, keys = request.header("Authorization").partition(" ")
        if scheme != "Chatra.Simple" or not all(keys.partition(":")[::2]):
            return wire.as_json(401, {"message": "Unauthorized"})
        with self._lock:
            return self._rest(request)

    def reset(self) -> None:
        with self._lock:
            self._clients.clear()
            self._messages.clear()

    def close(self) -> None:
        """Nothing runs in the background."""

    def _rest(self, request: wire.Request) -> wire.Answer:
        parts = tuple(request.path.removeprefix("/api").strip("/").split("/"))
        body = wire.parsed(request)
        match request.method, parts:
            case "POST", ("messages",) if isinstance(body, dict):
                text = body.get("text")
                if not body.get("clientId") or not isinstance(text, str) or not 0 < len(text) <= MAX_LETTERS:
                    return wire.as_json(400, {"message": "clientId and text are needed"})
                message = {"id": secrets.token_hex(9), "type": "agent", "text": text, "clientId": body["clientId"]}
                self._messages[message["id"]] = message
                return wire.as_json(200, message, effects=1)
            case "GET", ("messages", one) if one in self._messages:
                return wire.as_json(200, self._messages[one])
            case "DELETE", ("messages", one) if one in self._messages:
                del self._messages[one]
                return wire.as_json(200, {"deleted": True})
            case "GET", ("clients", one):
                return wire.as_json(200, {"id": one, **self._clients.get(one, {"info": {}, "notes": ""})})
            case "PUT", ("clients", one) if isinstance(body, dict):
                kept = {name: body[name] for name in ("info", "notes") if name in body}
                self._clients[one] = {"info": {}, "notes": "", **self._clients.get(one, {}), **kept}
                return wire.as_json(200, {"id": one, **self._clients[one]})
        return wire.as_json(404, {"message": "Not found"})


def event(name: str, *, text: str) -> bytes:
    """The body of a webhook: `chatStarted`, `chatFragment` or `chatTranscript`."""
    client = {
        "id": secrets.token_hex(9),
        "chatId": secrets.token_hex(9),
        "displayedName": text,
        "info": {"email": text},
    }
    messages = [{"type": "client", "message": text}]
    return json.dumps({"eventName": name, "client": client, "messages": messages, "agents": []}).encode()
