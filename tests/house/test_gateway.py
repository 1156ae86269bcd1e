"""The local gateway hands on what API Gateway would, and refuses what API Gateway would."""

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from chalicelib.plumbing import answers
from infra.local import gateway

TARGET = gateway.Target(port=1, api_id="abc", api_stage="api", public_host="localhost:8000")


class Recorder(BaseHTTPRequestHandler):
    """Stands where the emulator stands, writes down what arrives and says what it was told to say."""

    protocol_version = "HTTP/1.1"
    seen: list[dict[str, Any]]
    release: threading.Event | None = None

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.seen.append({"line": self.requestline, "headers": self.headers.items(), "body": body})
        if self.release:
            self.release.wait(5)
        status = 204 if "nothing" in self.path else 502 if "ended" in self.path else 200
        self.send_response_only(status)
        self.send_header("Set-Cookie", "a=1")
        self.send_header("Set-Cookie", "b=2")
        self.send_header("X-Drop", "no")
        if status != 204:
            self.send_header("Content-Length", "5")
        self.end_headers()
        if status != 204 and self.command != "HEAD":
            self.wfile.write(b"hello")

    do_GET = do_POST = do_HEAD = do_DELETE = answer  # noqa: N815 - names the standard library looks for

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the standard library's name
        """Quiet."""


@contextmanager
def served(release: threading.Event | None = None) -> Iterator[tuple[int, list[dict[str, Any]]]]:
    seen: list[dict[str, Any]] = []
    handler = type("OneRecorder", (Recorder,), {"seen": seen, "release": release})
    upstream = ThreadingHTTPServer((gateway.HOST, 0), handler)
    upstream.daemon_threads = True
    thread = threading.Thread(target=upstream.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    target = gateway.Target(port=upstream.server_port, api_id="abc", api_stage="api", public_host="localhost:8000")
    try:
        with gateway.running(0, target=target) as url:
            yield int(url.rsplit(":", 1)[1]), seen
    finally:
        upstream.shutdown()
        upstream.server_close()
        thread.join(5)


def ask(port: int, method: str, path: str, **parts: Any) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection(gateway.HOST, port, timeout=10)
    connection.request(method, path, **parts)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer, content


def raw(port: int, request: bytes) -> bytes:
    with socket.create_connection((gateway.HOST, port), timeout=10) as connection:
        connection.sendall(request)
        return connection.recv(65536)


def headers(*pairs: tuple[str, str]) -> Message:
    message = Message()
    for name, value in pairs:
        message[name] = value
    return message


def test_the_address_a_client_claims_is_replaced_by_its_own() -> None:
    sent = headers(("X-Forwarded-For", "9.9.9.9"), ("x-forwarded-for", "8.8.8.8"), ("Forwarded", "for=7.7.7.7"))

    handed_on = gateway.request_headers(sent, peer="192.0.2.5", target=TARGET)

    assert [value for name, value in handed_on if name.lower() == "x-forwarded-for"] == ["192.0.2.5"]
    assert not [name for name, _ in handed_on if name.lower() == "forwarded"]


def test_headers_of_one_connection_stay_on_it() -> None:
    sent = headers(
        ("Connection", "close, X-Private"), ("X-Private", "1"), ("TE", "trailers"), ("Upgrade", "h2c"), ("X-Kept", "1")
    )

    names = {name.lower() for name, _ in gateway.request_headers(sent, peer="192.0.2.5", target=TARGET)}

    assert "x-kept" in names
    assert not names & {"connection", "x-private", "te", "upgrade"}


def test_repeated_headers_stay_repeated_and_the_host_is_ours() -> None:
    sent = headers(("Host", "evil.example"), ("Cookie", "a=1"), ("Cookie", "b=2"))

    handed_on = gateway.request_headers(sent, peer="192.0.2.5", target=TARGET)

    assert [value for name, value in handed_on if name == "Cookie"] == ["a=1", "b=2"]
    assert [value for name, value in handed_on if name.lower() == "host"] == ["localhost:8000"]


def test_method_path_query_and_body_arrive_unchanged_and_cookies_come_back_apart() -> None:
    with served() as (port, seen):
        answer, content = ask(port, "POST", "/a%2Fb/%C3%A4?q=1&q=%20", body=b"\x00\xff", headers={"X-One": "1"})

    assert seen[0]["line"] == "POST /_aws/execute-api/abc/api/a%2Fb/%C3%A4?q=1&q=%20 HTTP/1.1"
    assert seen[0]["body"] == b"\x00\xff"
    assert ("X-Forwarded-For", "127.0.0.1") in seen[0]["headers"]
    assert answer.headers.get_all("Set-Cookie") == ["a=1", "b=2"]
    assert (answer.status, content) == (200, b"hello")


def test_connections_are_kept_on_both_sides() -> None:
    with served() as (port, seen):
        connection = http.client.HTTPConnection(gateway.HOST, port, timeout=10)
        for _ in range(3):
            connection.request("GET", "/")
            assert connection.getresponse().read() == b"hello"
        connection.close()

    assert len(seen) == 3


@pytest.mark.parametrize(("method", "path"), [("HEAD", "/"), ("DELETE", "/nothing")])
def test_answers_without_a_body_have_none(method: str, path: str) -> None:
    with served() as (port, _seen):
        first, content = ask(port, method, path)
        second, _ = ask(port, "GET", "/")

    assert content == b""
    assert (first.status, second.status) == (204 if "nothing" in path else 200, 200)


def test_a_function_that_ended_before_it_answered_is_a_problem_like_every_other() -> None:
    with served() as (port, _seen):
        answer, content = ask(port, "GET", "/ended")

    assert (answer.status, answer.headers["Content-Type"]) == (502, "application/problem+json")
    assert json.loads(content)["request_id"] == answer.headers["X-Request-Id"]


def test_chunks_are_put_together() -> None:
    with served() as (port, seen):
        ask(
            port,
            "POST",
            "/",
            body=iter([b"one", b"two"]),
            encode_chunked=True,
            headers={"Transfer-Encoding": "chunked"},
        )

    assert seen[0]["body"] == b"onetwo"


def test_a_body_over_ten_megabytes_is_refused_unread() -> None:
    with served() as (port, seen):
        answer = raw(port, b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10485761\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"application/problem+json" in answer
    assert b"X-Request-Id: " in answer
    assert all(f"{name}: {value}".encode() in answer for name, value in answers.BY_THE_GATEWAY.items())
    assert not seen


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: 5\r\nTransfer-Encoding: chunked",
        b"Content-Length: 5\r\nContent-Length: 6",
        b"Content-Length: -1",
        b"Content-Length: five",
        b"Transfer-Encoding: gzip",
    ],
)
def test_a_body_whose_end_is_in_doubt_is_refused(head: bytes) -> None:
    with served() as (port, seen):
        answer = raw(port, b"POST / HTTP/1.1\r\nHost: a\r\n" + head + b"\r\n\r\nhello")

    assert answer.startswith(b"HTTP/1.1 400 ")
    assert not seen


def test_a_method_that_nobody_knows_is_answered_with_405() -> None:
    with served() as (port, seen):
        answer, content = ask(port, "PROPFIND", "/")

    assert answer.status == 405
    assert "PATCH" in str(answer.getheader("Allow"))
    assert json.loads(content)["status"] == 405
    assert not seen


def test_an_answer_that_takes_too_long_is_504(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway, "ANSWER_SECONDS", 0.2)
    release = threading.Event()
    with served(release) as (port, seen):
        answer, content = ask(port, "GET", "/")
        release.set()

    assert len(seen) == 1
    assert (answer.status, answer.getheader("Content-Type")) == (504, "application/problem+json")
    assert json.loads(content)["title"] == "Gateway Timeout"


def test_no_more_than_six_requests_are_handed_on_at_once() -> None:
    release = threading.Event()
    with served(release) as (port, seen):
        threads = [threading.Thread(target=ask, args=(port, "GET", "/")) for _ in range(10)]
        for thread in threads:
            thread.start()
        for _ in range(200):
            if len(seen) >= gateway.PARALLEL:
                break
            threading.Event().wait(0.01)
        threading.Event().wait(0.1)
        at_once = len(seen)
        release.set()
        for thread in threads:
            thread.join(10)

    assert at_once == 6
    assert len(seen) == 10
