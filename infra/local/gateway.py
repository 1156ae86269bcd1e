"""Put the emulator's API at a plain local address, and stand where API Gateway stands in what it lets through."""

import http.client
import json
import queue
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

from chalicelib.plumbing import answers

HOST = "127.0.0.1"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
BODY_BYTES = 10 * 1024 * 1024  # what API Gateway takes
ANSWER_SECONDS = 29.0  # as long as API Gateway waits
PARALLEL = 6  # one emulator worker per parallel request, and each has to start once
IDLE_SECONDS = 2.0  # the emulator closes a quiet connection after five

HOP_BY_HOP = frozenset(
    [
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    ]
)
OVERWRITTEN = frozenset(
    [
        "content-length",
        "forwarded",
        "host",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-port",
        "x-forwarded-proto",
    ]
)
BODILESS = frozenset({204, 304})


class UnacceptableError(Exception):
    """A request that no API Gateway would hand on: the status to answer it with, and why."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Target:
    """The deployed API inside the emulator, and the name by which people call it."""

    port: int
    api_id: str
    api_stage: str
    public_host: str

    def path(self, path: str) -> str:
        """Where the emulator serves `path` of the API."""
        return f"/_aws/execute-api/{self.api_id}/{self.api_stage}{path}"


def request_headers(sent: Message, *, peer: str, target: Target) -> list[tuple[str, str]]:
    """The headers to hand on: as sent, but without what concerns one connection and with the true address of `peer`.

    The emulator takes the caller's address from X-Forwarded-For, so what a client writes there must not arrive.
    """
    dropped = HOP_BY_HOP | OVERWRITTEN | _named_by_connection(sent)
    kept = [(name, value) for name, value in sent.items() if name.lower() not in dropped]
    return [
        ("Host", target.public_host),
        ("X-Forwarded-For", peer),
        ("X-Forwarded-Proto", "http"),
        *kept,
    ]


def response_headers(received: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The headers to hand back, one by one, so that several Set-Cookie stay several."""
    return [(name, value) for name, value in received if name.lower() not in HOP_BY_HOP | {"content-length"}]


def _named_by_connection(sent: Message) -> set[str]:
    return {name.strip().lower() for value in sent.get_all("Connection", []) for name in value.split(",")}


class Upstream:
    """At most PARALLEL connections to the emulator, kept open between requests."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self._slots: queue.LifoQueue[tuple[http.client.HTTPConnection | None, float]] = queue.LifoQueue()
        for _ in range(PARALLEL):
            self._slots.put((None, 0.0))

    def ask(
        self, method: str, path: str, *, headers: list[tuple[str, str]], body: bytes
    ) -> tuple[int, list[tuple[str, str]], bytes]:
        """Status, headers and body of the product's answer. Raises UnacceptableError 504 where it takes too long."""
        began = time.monotonic()
        try:
            kept, used_at = self._slots.get(timeout=ANSWER_SECONDS)
        except queue.Empty:
            raise UnacceptableError(504, "The product is busy.") from None
        if kept is not None and time.monotonic() - used_at > IDLE_SECONDS:
            kept.close()
            kept = None
        connection = kept or http.client.HTTPConnection(HOST, self.target.port, timeout=ANSWER_SECONDS)
        healthy = None
        try:
            answer = self._exchange(connection, method, path, headers=headers, body=body)
            healthy = connection
        except TimeoutError:
            waited = time.monotonic() - began
            raise UnacceptableError(504, f"The product did not answer within {waited:.0f} s.") from None
        except (OSError, http.client.HTTPException) as error:
            raise UnacceptableError(502, "The product cannot be reached.") from error
        finally:
            if healthy is None:
                connection.close()
            self._slots.put((healthy, time.monotonic()))
        return answer

    def _exchange(
        self,
        connection: http.client.HTTPConnection,
        method: str,
        path: str,
        *,
        headers: list[tuple[str, str]],
        body: bytes,
    ) -> tuple[int, list[tuple[str, str]], bytes]:
        try:
            connection.putrequest(method, self.target.path(path), skip_host=True, skip_accept_encoding=True)
            for name, value in headers:
                connection.putheader(name, value)
            if body or method in {"POST", "PUT", "PATCH"}:
                connection.putheader("Content-Length", str(len(body)))
        except (ValueError, http.client.InvalidURL):
            connection.close()
            raise UnacceptableError(400, "The request line or a header holds what HTTP forbids.") from None
        connection.endheaders(body)
        answer = connection.getresponse()
        return answer.status, answer.getheaders(), answer.read()

    def close(self) -> None:
        """Close what is open; to be called after the last request."""
        for _ in range(PARALLEL):
            connection, _used_at = self._slots.get_nowait()
            if connection is not None:
                connection.close()


class Handler(BaseHTTPRequestHandler):
    """One connection of a client: read a request, hand it on, hand the answer back."""

    upstream: ClassVar[Upstream]
    protocol_version = "HTTP/1.1"
    timeout = 65
    wbufsize = 64 * 1024
    disable_nagle_algorithm = True

    def forward(self) -> None:
        """Hand this request on and its answer back; answers problem+json itself where it cannot."""
        try:
            path = self._path()
            body = self._body()
            headers = request_headers(self.headers, peer=self.client_address[0], target=self.upstream.target)
            status, received, content = self.upstream.ask(self.command, path, headers=headers, body=body)
            if status >= 500 and "x-request-id" not in {name.lower() for name, _ in received}:
                raise UnacceptableError(status, "The product ended before it answered.")  # the emulator says so itself
        except UnacceptableError as refusal:
            self._problem(refusal.status, refusal.detail)
            return
        self.send_response_only(status)
        for name, value in response_headers(received):
            self.send_header(name, value)
        if self.command == "HEAD":
            self._send_length_of_head(received)
        elif status not in BODILESS:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD" and status not in BODILESS:
            self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = forward  # noqa: N815 - names the standard library looks for

    def _path(self) -> str:
        path = self.path
        if path.startswith(("http://", "https://")):
            path = "/" + path.split("/", 3)[3] if path.count("/") > 2 else "/"
        if not path.startswith("/") or not path.isascii():
            raise UnacceptableError(400, "The request line is not one that HTTP allows.")
        return path

    def _body(self) -> bytes:
        lengths = set(self.headers.get_all("Content-Length", []))
        coding = self.headers.get("Transfer-Encoding", "").strip().lower()
        if coding and (lengths or coding != "chunked"):
            self.close_connection = True
            raise UnacceptableError(400, "Either a length or chunks, not both.")
        if coding:
            return b"".join(self._chunks())
        if not lengths:
            return b""
        length = lengths.pop()
        if lengths or not (length.isascii() and length.isdigit()):
            self.close_connection = True
            raise UnacceptableError(400, "The length of the body is not one number.")
        if int(length) > BODY_BYTES:
            self.close_connection = True
            raise UnacceptableError(413, f"A request may hold {BODY_BYTES} bytes at most.")
        body = self.rfile.read(int(length))
        if len(body) < int(length):
            self.close_connection = True
            raise UnacceptableError(400, "The body ended before the length it promised.")
        return body

    def _chunks(self) -> Iterator[bytes]:
        total = 0
        while True:
            line = self.rfile.readline(1024).split(b";")[0].strip()
            try:
                size = int(line, 16)
            except ValueError:
                size = -1
            total += size
            if size < 0 or total > BODY_BYTES:
                self.close_connection = True
                status = 400 if size < 0 else 413
                raise UnacceptableError(status, "The chunks are broken." if size < 0 else "The body is too large.")
            if size == 0:
                break
            yield self.rfile.read(size)
            self.rfile.readline(8)
        while self.rfile.readline(64 * 1024).strip():
            pass  # trailers are not handed on

    def _send_length_of_head(self, received: list[tuple[str, str]]) -> None:
        for name, value in received:
            if name.lower() == "content-length":
                self.send_header("Content-Length", value)

    def _problem(self, status: int, detail: str) -> None:
        title = http.client.responses.get(status, "Refused")
        problem = {"type": "about:blank", "title": title, "status": status, "detail": detail}
        request_id = str(uuid.uuid4())
        content = json.dumps(problem | {"request_id": request_id}).encode()
        self.send_response_only(status)
        for name, value in (*answers.BY_THE_GATEWAY.items(), ("X-Request-Id", request_id)):
            self.send_header(name, value)
        self.send_header("Content-Type", "application/problem+json")
        self.send_header("Content-Length", str(len(content)))
        if status == http.HTTPStatus.METHOD_NOT_ALLOWED:
            self.send_header("Allow", ", ".join(METHODS))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What the standard library refuses while it parses; in the same shape as every other refusal."""
        self.close_connection = True
        self.command = getattr(self, "command", None) or "GET"
        status = 405 if code == http.HTTPStatus.NOT_IMPLEMENTED else int(code)
        self._problem(status, message or explain or "The request cannot be read.")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the standard library's
        """Say nothing: a line for each request would hold addresses and tokens."""


class Server(ThreadingHTTPServer):
    """Threads that do not keep the process alive, and a long queue for bursts."""

    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that go away in the middle are no news."""


@contextmanager
def running(port: int, *, target: Target) -> Iterator[str]:
    """Serve `target` at http://127.0.0.1:`port` while the block runs; gives that address."""
    upstream = Upstream(target)
    handler = type("BoundHandler", (Handler,), {"upstream": upstream})
    server = Server((HOST, port), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="gateway", daemon=True)
    thread.start()
    try:
        yield f"http://{HOST}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
        upstream.close()
