"""The way between us and a neighbour, over TLS as it is deployed, on which anything can happen to a call."""

import contextlib
import http.client
import select
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.fakes import certificates
from tests.fakes.listener import Listener, whole_request

FLOOD_BYTES = 50_000_000
_SETTLES_S = 30


@dataclass(frozen=True, slots=True)
class Answer:
    """What a neighbour said."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


Neighbour = Callable[[str, str, Mapping[str, str], bytes], Answer]
"""Who is at the other end: method, path, headers and body to an answer."""


@dataclass(frozen=True, slots=True)
class Spoilt:
    """What happens to one call: whether it reaches the neighbour, and what comes back in the place of the answer."""

    reaches: bool
    answer: Callable[[Answer], Answer] | None = None  # None: nothing ever comes back
    goes_on: str = ""  # after it, fifty megabytes more: `drips` byte by byte, `floods` at once


def at(port: int) -> Neighbour:
    """The server at a port of this machine."""

    def ask(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_SETTLES_S)
        with contextlib.closing(connection):
            connection.request(method, path, body, {**headers, "Connection": "close"})
            answer = connection.getresponse()
            return Answer(answer.status, answer.read(), dict(answer.getheaders()))

    return ask


class Wire:
    """A port of this machine, and a neighbour behind it. `heard` holds the whole requests that got through to it.

    Whoever trusts the certificate in the file `trusted` may call it by any of the `names`.
    """

    def __init__(self, folder: Path, neighbour: Neighbour, *, names: tuple[str, ...]) -> None:
        self.heard: list[bytes] = []
        self.trusted = certificates.self_signed(folder, *names, called="trusted")
        self._own, self._strange = (
            _context(one) for one in (self.trusted, certificates.self_signed(folder, *names, called="strange"))
        )
        self._shows = self._own
        self._neighbour = neighbour
        self._spoilt: Spoilt | None = None
        self._over = threading.Event()
        self._listener = Listener(self._serve, reads_first=False)
        self.port = self._listener.port

    def close(self) -> None:
        self._listener.close()

    @contextmanager
    def spoiling(self, spoilt: Spoilt) -> Iterator[None]:
        """The next call meets this. When the block is left, what was on its way has arrived."""
        self._over.clear()
        self._spoilt = spoilt
        try:
            yield
        finally:
            assert self._over.wait(_SETTLES_S), "nobody called"

    @contextmanager
    def shut(self) -> Iterator[None]:
        """Nobody listens: every connection is refused."""
        self._listener.close()
        try:
            yield
        finally:
            self._listener = Listener(self._serve, reads_first=False, port=self.port)

    @contextmanager
    def crowded(self) -> Iterator[None]:
        """So many wait to be let in that nobody else gets a connection."""
        with self.shut(), socket.socket() as full, contextlib.ExitStack() as waiting:
            full.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            full.bind(("127.0.0.1", self.port))
            full.listen(0)
            for _ in range(4):
                client = waiting.enter_context(socket.socket())
                client.setblocking(False)
                client.connect_ex(("127.0.0.1", self.port))
            yield

    @contextmanager
    def of_a_stranger(self) -> Iterator[None]:
        """Somebody answers whose certificate nobody vouches for."""
        self._shows = self._strange
        try:
            yield
        finally:
            self._shows = self._own

    def _serve(self, plain: socket.socket) -> None:
        with self._shows.wrap_socket(plain, server_side=True) as connection:
            request = whole_request(connection)
            if not request:
                return
            spoilt, self._spoilt = self._spoilt, None
            self.heard.append(request)
            try:
                _say(connection, Answer(204) if spoilt and not spoilt.reaches else self._asked(request), spoilt)
            finally:
                if spoilt:
                    self._over.set()

    def _asked(self, request: bytes) -> Answer:
        head, _, body = request.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        method, path, _ = first.split(" ")
        headers = {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}
        return self._neighbour(method, path, headers, body)


def _context(file: Path) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(file)
    return made


def _say(connection: ssl.SSLSocket, real: Answer, spoilt: Spoilt | None) -> None:
    if spoilt is not None and spoilt.answer is None:
        connection.recv(1)  # until whoever asked is tired of waiting
        return
    said = real if spoilt is None or spoilt.answer is None else spoilt.answer(real)
    goes_on = spoilt.goes_on if spoilt else ""
    ours = ("content-length", "connection", "transfer-encoding")
    headers = {name: value for name, value in said.headers.items() if name.lower() not in ours}
    if said.status not in (204, 304):
        headers["Content-Length"] = str(FLOOD_BYTES if goes_on else len(said.body))
    lines = [f"HTTP/1.1 {said.status} Said", *(f"{name}: {value}" for name, value in headers.items())]
    connection.sendall("\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1") + said.body)
    if goes_on == "floods":
        for _ in range(FLOOD_BYTES // 65_536):
            connection.sendall(bytes(65_536))
    while goes_on == "drips" and not select.select([connection], [], [], 0.02)[0]:
        connection.sendall(b"x")
