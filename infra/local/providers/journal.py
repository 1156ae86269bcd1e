"""Every request that the simulators received, oldest first, with the status they answered."""

import threading
from collections import deque
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

PROVIDERS = ("smsapi", "bexio", "zendesk", "chatra", "autopilot", "ortto", "ga4", "mail", "calendar")
MAX_ITEMS = 100_000
SECRET_HEADERS = frozenset({"authorization", "x-api-key", "autopilotapikey"})


class Journal:
    """A bounded list that many threads write to; item numbers count from 1 and never repeat."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._items: deque[dict[str, Any]] = deque(maxlen=MAX_ITEMS)
        self._number = 0

    def add(
        self,
        provider: str,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str],
        body: Any,
        status: int,
        answer: str,
        effects: int,
        clock_at: datetime,
    ) -> None:
        """Write one line; `status` 0 says that the connection was closed without an answer."""
        with self._lock:
            self._number += 1
            item = {
                "number": self._number,
                "at": datetime.now(UTC).isoformat(timespec="microseconds"),
                "clock_at": clock_at.isoformat(),
                "provider": provider,
                "method": method,
                "path": path,
                "headers": {name: _redacted(name, value) for name, value in headers.items()},
                "body": body,
                "status": status,
                "answer": answer,
                "effects": effects,
            }
            self._items.append(item)

    def items(self, *, provider: str | None = None, since: str | None = None) -> list[dict[str, Any]]:
        """The lines of one provider (or all) from an instant on, or after an item number.

        Raises ValueError for a `since` that is neither.
        """
        number, instant = _since(since)
        with self._lock:
            items = list(self._items)
        return [
            item
            for item in items
            if (not provider or item["provider"] == provider)
            and item["number"] > number
            and (instant is None or datetime.fromisoformat(item["at"]) >= instant)
        ]

    def clear(self) -> None:
        """Forget all lines; numbers go on, so that a reader's last number stays usable."""
        with self._lock:
            self._items.clear()


def _since(since: str | None) -> tuple[int, datetime | None]:
    text = (since or "").strip()
    if not text:
        return 0, None
    if text.isascii() and text.isdigit():
        return int(text[:18]), None
    # A plus sign that was not percent-encoded arrives as a space.
    instant = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
    return 0, instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _redacted(name: str, value: str) -> str:
    if name.lower() not in SECRET_HEADERS:
        return value
    scheme, space, _ = value.partition(" ")
    return f"{scheme} ***" if space else "***"
