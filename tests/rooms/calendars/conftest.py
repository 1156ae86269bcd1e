"""A calendar kept elsewhere: a small server that says what it is told, and the outbox worked off in this process."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from chalicelib.calendars import read_apart
from chalicelib.plumbing import settings, web
from tests.fakes import listener
from tests.worlds import outbox
from tests.worlds.partners import World, a_partner


@dataclass(slots=True)
class Elsewhere:
    """A published calendar: its text, its mark, how it answers next (a status, 0 for silence), and what it was asked."""

    url: str = ""
    events: list[str] = field(default_factory=list)
    mark: str = '"1"'
    status: int = 200
    raw: bytes | None = None
    heard: list[bytes] = field(default_factory=list)

    def answer(self, connection: socket.socket) -> None:
        asked = self.heard[-1].decode() if self.heard else ""
        if self.status == 0:
            return
        if self.status == 200 and f"If-None-Match: {self.mark}\r\n" in asked:
            connection.sendall(b"HTTP/1.1 304 Not Modified\r\nContent-Length: 0\r\n\r\n")
            return
        body = self.raw if self.raw is not None else self.file() if self.status == 200 else b"no"
        head = f"HTTP/1.1 {self.status} Said\r\nETag: {self.mark}\r\nContent-Length: {len(body)}\r\n"
        connection.sendall(f"{head}Location: {self.url}/else\r\n\r\n".encode() + body)

    def file(self) -> bytes:
        return a_file(*self.events)

    def says(self, *events: str) -> None:
        """From now on it holds these events, in another version."""
        self.events, self.mark = list(events), f'"{int(self.mark.strip(chr(34))) + 1}"'


def a_file(*events: str) -> bytes:
    """A calendar file of events, each given as its lines without BEGIN, END and UID."""
    made = "".join(
        f"BEGIN:VEVENT\r\n{'' if 'UID:' in one else f'UID:{number}@elsewhere.example{chr(13)}{chr(10)}'}"
        f"DTSTAMP:20260101T000000Z\r\n{one}\r\nEND:VEVENT\r\n"
        for number, one in enumerate(events)
    )
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Elsewhere//EN\r\n{made}END:VCALENDAR\r\n".encode()


@pytest.fixture
def elsewhere(table: Any, clock: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Elsewhere]:
    monkeypatch.setenv("WEBHOOKS_LOCAL", "1")
    monkeypatch.setattr(read_apart, "WALL_SECONDS", 120.0)  # how busy this machine is says nothing about the product
    monkeypatch.setattr(web, "FETCH_TIMEOUT_S", 60.0)
    settings.get.cache_clear()
    made = Elsewhere()
    with listener.listening(made.answer) as running:
        made.url = running.url
        monkeypatch.setattr(running.requests, "put", made.heard.append)
        yield made
    settings.get.cache_clear()


@pytest.fixture
def queue(elsewhere: Elsewhere, clock: Any, monkeypatch: pytest.MonkeyPatch) -> outbox.Queue:
    """The outbox and its worker; mails and SMS go nowhere here."""
    return outbox.install_without_messages(monkeypatch, clock)


@pytest.fixture
def world(table: Any, clock: Any) -> World:
    return a_partner(table, clock)
