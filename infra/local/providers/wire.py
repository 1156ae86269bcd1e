"""What every simulated vendor is handed and hands back: one request, one answer, and the world it lives in."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import parse_qsl


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request; `path` lacks the vendor's prefix, `target` is what stood on the request line."""

    method: str
    target: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    def header(self, name: str) -> str:
        """The header's value, or an empty string; names are compared without case."""
        wanted = name.lower()
        return next((value for key, value in self.headers.items() if key.lower() == wanted), "")

    @property
    def content_type(self) -> str:
        return self.header("Content-Type").partition(";")[0].strip().lower()


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer; `effects` counts what really left (messages, mails), `note` is added to the journalled body."""

    status: int
    body: bytes = b""
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    effects: int = 0
    note: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class World:
    """What a vendor needs of the outside: the simulated clock, its secrets and its tempo."""

    now: Callable[[], datetime]
    smsapi_token: str | None = None
    smsapi_senders: tuple[str, ...] | None = None
    ortto_key: str | None = None
    autopilot_key: str | None = None
    zendesk_client: tuple[str, str] | None = None
    bexio_client: tuple[str, str] | None = None
    bexio_refresh_token: str | None = None
    report_delay_s: float = 0.3
    report_repeats_s: tuple[float, ...] = (1.0, 5.0, 20.0)
    ses: Callable[[], Any] | None = None


class Provider(Protocol):
    """A simulated vendor: it describes a request for the journal, answers it, and can forget everything."""

    name: str

    def describe(self, request: Request) -> Any:
        """The request's body as a reader wants to see it; never raises."""

    def answer(self, request: Request) -> Answer:
        """Do what the vendor would do."""

    def reset(self) -> None:
        """Forget every message and every pending callback."""

    def close(self) -> None:
        """Stop what runs in the background."""


def as_json(status: int, value: Any, *, headers: Mapping[str, str] | None = None, effects: int = 0) -> Answer:
    """An answer that carries JSON."""
    body = json.dumps(value, ensure_ascii=False, default=str).encode()
    return Answer(status, body, "application/json; charset=utf-8", headers or {}, effects)


def parsed(request: Request) -> Any:
    """The body by its content type: form to dict, JSON to value, text to str, nothing to None; never raises."""
    if not request.body:
        return None
    text = request.body.decode("utf-8", "replace")
    if request.content_type == "application/x-www-form-urlencoded":
        return dict(parse_qsl(text, keep_blank_values=True))
    if request.content_type.endswith("json"):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return text
    return text
