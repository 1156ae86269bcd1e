"""Nothing leaves but to a listed vendor, with a disclosure, within time and size."""

import contextlib
import gzip
import pathlib
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from chalicelib.plumbing import egress, settings, web
from tests.fakes import certificates, listener
from tests.fakes import settings as fake_settings

TOLD = egress.Disclosure("smsapi", "reminder", "consent", ("phone", "text"), "customer", "c-1")
PLAIN_OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"


@pytest.fixture(autouse=True)
def _no_connection_outlives_its_test() -> Iterator[None]:
    yield
    web._session().close()


def settle(monkeypatch: pytest.MonkeyPatch, **fields: str) -> None:
    settled = fake_settings.Settings(**fields)
    monkeypatch.setattr(settings, "get", lambda: settled)


def test_a_listed_vendor_is_reached_with_a_disclosure(monkeypatch: pytest.MonkeyPatch) -> None:
    with listener.listening(PLAIN_OK) as vendor:
        settle(monkeypatch, smsapi_url=f"{vendor.url}/api")

        reply = web.call(TOLD, "POST", f"{vendor.url}/api/sms.do", form={"message": "Grüezi"})

        assert (reply.status, reply.json()) == (200, {})
        assert b"message=Gr%C3%BCezi" in vendor.requests.get(timeout=5)


@pytest.mark.parametrize(
    "flawed",
    [
        None,
        replace(TOLD, recipient="nobody"),
        replace(TOLD, purpose=""),
        replace(TOLD, legal_basis=""),
        replace(TOLD, categories=()),
        replace(TOLD, categories=("phone", "")),
        replace(TOLD, subject_kind=""),
        replace(TOLD, subject_id=""),
    ],
)
def test_without_a_full_disclosure_nothing_leaves(flawed: egress.Disclosure, monkeypatch: pytest.MonkeyPatch) -> None:
    with listener.listening(PLAIN_OK) as vendor:
        settle(monkeypatch, smsapi_url=vendor.url)
        assert web.call(TOLD, "GET", f"{vendor.url}/ping").status == 200
        assert vendor.requests.get(timeout=5)

        with pytest.raises(egress.NotAllowed):
            web.call(flawed, "GET", f"{vendor.url}/ping")

        assert vendor.requests.empty()


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/sms.do",
        "http://api.smsapi.com/sms.do",
        "https://api.smsapi.com:8443/sms.do",
        "https://api.smsapi.com.example.com/sms.do",
        "https://api.smsapi.com@example.com/sms.do",
        "https://someone@api.smsapi.com/sms.do",
        "https://api.smsapi.com\\@example.com/sms.do",
        "https://169.254.169.254/latest/meta-data",
        "http://127.0.0.1:9001/2018-06-01/runtime",
        "https://api.smsapi.com:notaport/",
        "https://[::1/",
        "file:///etc/passwd",
        "//api.smsapi.com/sms.do",
        "",
    ],
)
def test_an_address_that_is_not_the_vendors_is_refused(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    settle(monkeypatch, stage="prod", smsapi_url="https://api.smsapi.com")
    egress.check(TOLD, "https://api.smsapi.com/sms.do")

    with pytest.raises(egress.NotAllowed):
        web.call(TOLD, "GET", url)


def test_a_local_address_stays_within_its_path(monkeypatch: pytest.MonkeyPatch) -> None:
    settle(monkeypatch, smsapi_url="http://localhost:8001/smsapi")
    egress.check(TOLD, "http://localhost:8001/smsapi/sms.do")

    for other in ("/clock", "/smsapi/../clock", "/smsapix/sms.do"):
        with pytest.raises(egress.NotAllowed):
            egress.check(TOLD, f"http://localhost:8001{other}")


def test_a_setting_moves_a_vendor_in_local_runs_only(monkeypatch: pytest.MonkeyPatch) -> None:
    settle(monkeypatch, stage="local", smsapi_url="http://localhost:8001/smsapi/")
    assert egress.base_url("smsapi") == "http://localhost:8001/smsapi"
    egress.check(TOLD, "http://localhost:8001/smsapi/sms.do")

    settle(monkeypatch, stage="prod", smsapi_url="http://localhost:8001/smsapi")

    assert egress.base_url("smsapi") == "https://api.smsapi.com"
    with pytest.raises(egress.NotAllowed):
        egress.check(TOLD, "http://localhost:8001/smsapi/sms.do")


def test_the_manifest_says_who_where_why_and_on_what_grounds() -> None:
    assert egress.recipient("smsapi").host == "api.smsapi.com"

    for one in egress.RECIPIENTS:
        assert all((one.vendor, one.host, one.purpose, one.legal_basis, one.guarantee))
        assert len(one.country) == 2
    assert len({one.vendor for one in egress.RECIPIENTS}) == len(egress.RECIPIENTS)


def test_a_redirect_is_returned_and_not_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    with listener.listening(PLAIN_OK) as canary:
        moved = f"HTTP/1.1 302 Found\r\nLocation: {canary.url}/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        with listener.listening(moved.encode()) as vendor:
            settle(monkeypatch, smsapi_url=vendor.url)

            reply = web.call(TOLD, "POST", f"{vendor.url}/sms.do", form={"to": "1"})

            assert (reply.status, reply.headers["location"]) == (302, f"{canary.url}/")
            assert canary.requests.empty()


def sized(size: int) -> bytes:
    return f"HTTP/1.1 200 OK\r\nContent-Length: {size}\r\nConnection: close\r\n\r\n".encode() + b"x" * size


def test_an_answer_may_have_a_megabyte_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    with listener.listening(sized(web.MAX_ANSWER_BYTES)) as vendor:
        settle(monkeypatch, smsapi_url=vendor.url)
        assert len(web.call(TOLD, "GET", f"{vendor.url}/").body) == web.MAX_ANSWER_BYTES

    with listener.listening(sized(web.MAX_ANSWER_BYTES + 1)) as vendor:
        settle(monkeypatch, smsapi_url=vendor.url)
        with pytest.raises(web.Ambiguous, match="too large"):
            web.call(TOLD, "GET", f"{vendor.url}/")


def test_an_endless_answer_in_chunks_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    sent = 0

    def flood(connection: socket.socket) -> None:
        nonlocal sent
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(800):
            sent += connection.send(b"10000\r\n" + b"x" * 65_536 + b"\r\n")

    with listener.listening(flood) as vendor:
        settle(monkeypatch, smsapi_url=vendor.url)

        with pytest.raises(web.Ambiguous, match="too large"):
            web.call(TOLD, "GET", f"{vendor.url}/")

    assert 0 < sent < 20_000_000


def test_an_answer_in_chunks_is_read_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    chunked = (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\n[1,\r\n2\r\n2]\r\n0\r\n\r\n"
    )
    with listener.listening(chunked) as vendor:
        settle(monkeypatch, smsapi_url=vendor.url)

        assert web.call(TOLD, "GET", f"{vendor.url}/").json() == [1, 2]


def test_a_compressed_answer_nobody_asked_for_cannot_swell(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = gzip.compress(b"0" * 50_000_000)
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(bomb)}\r\nConnection: close\r\n\r\n"
    with listener.listening(head.encode() + bomb) as vendor:
        settle(monkeypatch, smsapi_url=vendor.url)

        try:
            size = len(web.call(TOLD, "GET", f"{vendor.url}/").body)
        except web.Ambiguous:
            size = 0

        assert b"Accept-Encoding: identity" in vendor.requests.get(timeout=5)
        assert size <= web.MAX_ANSWER_BYTES


def test_an_answer_that_drips_is_given_up_at_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    stop = threading.Event()

    def drip(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while not stop.wait(0.02):
            connection.sendall(b"x")

    with listener.listening(drip) as vendor:
        settle(monkeypatch, smsapi_url=vendor.url)

        with pytest.raises(web.Ambiguous, match="too long"):
            web.call(TOLD, "GET", f"{vendor.url}/", connect_timeout_s=0.2, read_timeout_s=0.2)
        stop.set()


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 2",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n",
        b"SSH-2.0-nonsense\r\n",
    ],
)
def test_an_answer_that_breaks_off_is_ambiguous(answer: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    with listener.listening(answer) as vendor:
        settle(monkeypatch, smsapi_url=vendor.url)

        with pytest.raises(web.Ambiguous):
            web.call(TOLD, "POST", f"{vendor.url}/", form={"a": "b"})

        assert vendor.requests.get(timeout=5)


def test_a_vendor_that_does_not_answer_in_time_is_ambiguous(monkeypatch: pytest.MonkeyPatch) -> None:
    stop = threading.Event()
    with listener.listening(lambda _: (stop.wait(10), None)[1]) as vendor:
        settle(monkeypatch, smsapi_url=vendor.url)

        with pytest.raises(web.Ambiguous):
            web.call(TOLD, "GET", f"{vendor.url}/", read_timeout_s=0.1)

        assert vendor.requests.get(timeout=5)
        stop.set()


def test_a_refused_connection_is_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    settle(monkeypatch, smsapi_url=f"http://127.0.0.1:{port}")

    with pytest.raises(web.Unreachable):
        web.call(TOLD, "GET", f"http://127.0.0.1:{port}/")


def test_a_certificate_that_nobody_vouches_for_is_unreachable(
    monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.self_signed(tmp_path, "localhost"))

    def answer_over_tls(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secured:
            secured.recv(65_536)
            secured.sendall(PLAIN_OK)

    with listener.listening(answer_over_tls, reads_first=False) as vendor:
        url = f"https://localhost:{vendor.port}"
        settle(monkeypatch, smsapi_url=url)
        assert_answers_over_tls(vendor.port)

        with pytest.raises(web.Unreachable):
            web.call(TOLD, "GET", f"{url}/")


def assert_answers_over_tls(port: int) -> None:
    trusting = ssl._create_unverified_context()
    with socket.create_connection(("localhost", port)) as plain, trusting.wrap_socket(plain) as secured:
        secured.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert secured.recv(100).startswith(b"HTTP/1.1 200")


def test_a_name_that_does_not_resolve_is_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    settle(monkeypatch, stage="prod")

    def nobody(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)

    with pytest.raises(web.Unreachable):
        web.call(TOLD, "GET", "https://api.smsapi.com/ping")


def test_no_connection_in_time_is_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as full, contextlib.ExitStack() as waiting:
        # A queue of one that is never emptied: the kernel lets further connections wait.
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for _ in range(4):
            client = waiting.enter_context(socket.socket())
            client.setblocking(False)
            client.connect_ex(full.getsockname())
        port = full.getsockname()[1]
        settle(monkeypatch, smsapi_url=f"http://127.0.0.1:{port}")

        with pytest.raises(web.Unreachable):
            web.call(TOLD, "GET", f"http://127.0.0.1:{port}/", connect_timeout_s=0.2, read_timeout_s=0.2)


def test_the_environment_cannot_put_a_proxy_or_a_password_in_between(monkeypatch: pytest.MonkeyPatch) -> None:
    with listener.listening(PLAIN_OK) as proxy, listener.listening(PLAIN_OK) as vendor:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.delenv("NO_PROXY", raising=False)
        settle(monkeypatch, smsapi_url=vendor.url)

        web.call(TOLD, "GET", f"{vendor.url}/")

        assert vendor.requests.get(timeout=5)
        assert proxy.requests.empty()


def test_a_cookie_of_one_answer_is_not_sent_with_the_next_request(monkeypatch: pytest.MonkeyPatch) -> None:
    cookie = b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b; Path=/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    with listener.listening(cookie) as vendor:
        settle(monkeypatch, smsapi_url=vendor.url)

        web.call(TOLD, "GET", f"{vendor.url}/")
        web.call(TOLD, "GET", f"{vendor.url}/")

        assert b"GET /" in vendor.requests.get(timeout=5)
        assert b"Cookie" not in vendor.requests.get(timeout=5)


def test_a_header_that_would_split_the_request_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with listener.listening(PLAIN_OK) as vendor:
        settle(monkeypatch, smsapi_url=vendor.url)

        with pytest.raises(egress.NotAllowed):
            web.call(TOLD, "GET", f"{vendor.url}/", headers={"X-A": "b\r\nX-C: d"})

        assert vendor.requests.empty()
