"""A partner's own system: a small server that notes what it hears, and the outbox worked off in this process."""

import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from chalicelib.plumbing import settings
from tests.fakes import listener
from tests.worlds import outbox


@dataclass(slots=True)
class System:
    """What the partner's program answers next (`status` for ever, or a list that is used up), and what it heard."""

    url: str = ""
    status: int = 204
    next: list[int] = field(default_factory=list)
    heard: list[bytes] = field(default_factory=list)

    def answer(self, connection: socket.socket) -> None:
        status = self.next.pop(0) if self.next else self.status
        if status:
            connection.sendall(f"HTTP/1.1 {status} Said\r\nLocation: {self.url}/elsewhere\r\n\r\nsecret words".encode())

    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(one.partition(b"\r\n\r\n")[2]) for one in self.heard]

    def headers(self, number: int = -1) -> dict[str, str]:
        lines = self.heard[number].partition(b"\r\n\r\n")[0].decode().split("\r\n")[1:]
        return {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}


@pytest.fixture
def system(table: Any, clock: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[System]:
    monkeypatch.setenv("WEBHOOKS_LOCAL", "1")
    settings.get.cache_clear()
    made = System()
    with listener.listening(made.answer) as running:
        made.url = running.url
        monkeypatch.setattr(running.requests, "put", made.heard.append)
        yield made
    settings.get.cache_clear()


@pytest.fixture
def queue(system: System, clock: Any, monkeypatch: pytest.MonkeyPatch) -> outbox.Queue:
    """The outbox and its worker; mails and SMS go nowhere here."""
    return outbox.install_without_messages(monkeypatch, clock)
