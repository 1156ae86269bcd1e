"""The next calls to a vendor fail as they were told to: by status, by silence, by slowness."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from infra.local.providers import journal

FIELDS = frozenset({"provider", "status", "delay_s", "drop", "times", "after", "body", "headers"})
MAX_DELAY_S = 120
MAX_TIMES = 100_000


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong, and how often.

    `after`: the effect happens and only the answer is lost or replaced (the ambiguous fault). A delay alone slows the
    call down and then answers as usual. `body` and `headers` dress an answered status: HTML, Retry-After, a redirect.
    """

    provider: str
    status: int | None
    delay_s: float
    drop: bool
    times: int
    after: bool
    body: str | None
    headers: Mapping[str, str]


class Faults:
    """Faults wait per vendor in the order they were given; each call uses up one turn of the first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._waiting.append(fault)

    def take(self, provider: str) -> Fault | None:
        """The fault that strikes this call, if one does."""
        with self._lock:
            for place, fault in enumerate(self._waiting):
                if fault.provider == provider:
                    if fault.times > 1:
                        self._waiting[place] = replace(fault, times=fault.times - 1)
                    else:
                        del self._waiting[place]
                    return fault
        return None

    def waiting(self) -> list[dict[str, Any]]:
        """What is still to strike, for people and tests."""
        with self._lock:
            return [{name: getattr(fault, name) for name in sorted(FIELDS)} for fault in self._waiting]

    def clear(self) -> None:
        with self._lock:
            self._waiting.clear()


def read(value: Any) -> Fault:
    """A fault from what was posted; raises ValueError with a sentence for people."""
    if not isinstance(value, dict):
        raise ValueError("a fault is a JSON object")
    if unknown := sorted(set(value) - FIELDS):
        raise ValueError(f"unknown fields: {', '.join(unknown)}; known: {', '.join(sorted(FIELDS))}")
    if value.get("provider") not in journal.PROVIDERS:
        raise ValueError(f"provider is one of {', '.join(journal.PROVIDERS)}")
    if not any(value.get(name) for name in ("status", "delay_s", "drop")):
        raise ValueError("say what goes wrong: status, delay_s or drop")
    status, headers, body = value.get("status"), value.get("headers") or {}, value.get("body")
    if status is not None:
        status = _number(value, "status", lowest=200, highest=599)
    if not isinstance(headers, dict) or not all(isinstance(text, str) for pair in headers.items() for text in pair):
        raise ValueError("headers is an object of strings")
    if any(ord(letter) < 32 or ord(letter) > 126 for pair in headers.items() for text in pair for letter in text):
        raise ValueError("headers hold printable ASCII only")
    if body is not None and not isinstance(body, str):
        raise ValueError("body is a string")
    for name in ("drop", "after"):
        if not isinstance(value.get(name, False), bool):
            raise ValueError(f"{name} is true or false")
    return Fault(
        provider=value["provider"],
        status=status,
        delay_s=_delay(value.get("delay_s", 0)),
        drop=value.get("drop", False),
        times=_number(value, "times", lowest=1, highest=MAX_TIMES) if "times" in value else 1,
        after=value.get("after", False),
        body=body,
        headers=headers,
    )


def _number(value: Mapping[str, Any], name: str, *, lowest: int, highest: int) -> int:
    number = value[name]
    if isinstance(number, bool) or not isinstance(number, int) or not lowest <= number <= highest:
        raise ValueError(f"{name} is a whole number from {lowest} to {highest}")
    return number


def _delay(delay: Any) -> float:
    if isinstance(delay, bool) or not isinstance(delay, (int, float)) or not 0 <= delay <= MAX_DELAY_S:
        raise ValueError(f"delay_s is a number from 0 to {MAX_DELAY_S}")
    return float(delay)
