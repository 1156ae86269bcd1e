"""A call to a partner's own system: to the address that was checked and no other, a status and nothing else, in bounded time."""

import pathlib
import socket
import ssl
from typing import Any, ClassVar

import pytest

from chalicelib.plumbing import egress, reach, settings, web
from tests.fakes import certificates, listener
from tests.fakes import settings as fake_settings

OWN = egress.OWN_SYSTEM
TOLD = egress.Disclosure(OWN.vendor, OWN.purpose, OWN.legal_basis, ("ids",), "webhook", "01")
OK = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"


@pytest.fixture(autouse=True)
def local(monkeypatch: pytest.MonkeyPatch) -> None:
    here = fake_settings.Settings(webhooks_local=True)
    monkeypatch.setattr(settings, "get", lambda: here)


class Names:
    """A resolver that says something else each time it is asked."""

    def __init__(self, *answers: tuple[str, ...]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    def __call__(self, host: str, port: int, **_: Any) -> list[Any]:
        self.asked.append(host)
        answer = self.answers.pop(0)
        if not answer:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in answer]


class Dialled(socket.socket):
    """A socket that notes where it should go, and goes nowhere, or where the test says."""

    places: ClassVar[list[Any]] = []
    instead: ClassVar[Any] = None

    def connect(self, address: Any) -> None:
        Dialled.places.append(address)
        if Dialled.instead is None:
            raise ConnectionRefusedError
        super().connect(Dialled.instead)


@pytest.fixture
def dialled(monkeypatch: pytest.MonkeyPatch) -> type[Dialled]:
    Dialled.places, Dialled.instead = [], None
    monkeypatch.setattr(web.socket, "socket", Dialled)
    return Dialled


def deliver(url: str, body: bytes = b"{}", **more: Any) -> int:
    return web.deliver(TOLD, url, body=body, headers={"Content-Type": "application/json"}, **more)


def test_what_arrives_is_the_body_with_its_headers_and_only_the_status_comes_back() -> None:
    with listener.listening(OK + b"x" * 1000) as system:
        status = deliver(f"{system.url}/hook?a=b", b'{"type":"test"}')

        head, _, body = system.requests.get(timeout=5).partition(b"\r\n\r\n")
    assert status == 204
    assert head.split(b"\r\n")[0] == b"POST /hook?a=b HTTP/1.1"
    assert b"content-type: application/json" in head.lower()
    assert body == b'{"type":"test"}'


def test_a_name_that_leads_inside_is_not_called_even_with_one_address(
    monkeypatch: pytest.MonkeyPatch, dialled: type[Dialled]
) -> None:
    for answer in (("10.0.0.1",), ("1.1.1.1", "127.0.0.1"), ("169.254.169.254",), ("::ffff:10.0.0.1",), ("fe80::1%2",)):
        monkeypatch.setattr(web.socket, "getaddrinfo", Names(answer))

        with pytest.raises(reach.Hostile):
            deliver("https://127.0.0.1.nip.example/hook")

    assert dialled.places == []
    monkeypatch.setattr(web.socket, "getaddrinfo", Names(("1.1.1.1",)))
    with pytest.raises(web.Unreachable):
        deliver("https://hooks.example.org/hook")
    assert dialled.places == [("1.1.1.1", 443)]


def test_a_name_that_changes_its_meaning_in_between_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, dialled: type[Dialled]
) -> None:
    names = Names(("1.1.1.1", "1.0.0.1"), ("127.0.0.1",), ("127.0.0.1",))
    monkeypatch.setattr(web.socket, "getaddrinfo", names)

    with pytest.raises(web.Unreachable):
        deliver("https://rebinding.example.org:8443/hook")

    assert names.asked == ["rebinding.example.org"]
    assert dialled.places == [("1.1.1.1", 8443), ("1.0.0.1", 8443)]


def test_no_such_name_is_surely_not_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web.socket, "getaddrinfo", Names(()))

    with pytest.raises(web.Unreachable):
        deliver("https://hooks.example.org/hook")


def test_tls_and_host_go_by_the_name_while_the_connection_goes_to_the_checked_address(
    monkeypatch: pytest.MonkeyPatch, dialled: type[Dialled], tmp_path: pathlib.Path
) -> None:
    shown = certificates.self_signed(tmp_path, "hooks.example.org")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(shown)
    asked: list[str | None] = []
    context.sni_callback = lambda _socket, name, _context: asked.append(name)
    heard: list[bytes] = []

    def answer(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secure:
            heard.append(secure.recv(65_536))
            secure.sendall(OK)

    trusting = ssl.create_default_context(cafile=str(shown))
    monkeypatch.setattr(web, "_tls", lambda: trusting)
    with listener.listening(answer, reads_first=False) as system:
        dialled.instead = ("127.0.0.1", system.port)
        monkeypatch.setattr(web.socket, "getaddrinfo", Names(("1.1.1.1",), ("1.1.1.1",)))

        assert deliver("https://hooks.example.org/hook") == 204

        with pytest.raises(web.Unreachable):
            deliver("https://other.example.org/hook")
    assert dialled.places == [("1.1.1.1", 443)] * 2
    assert asked[0] == "hooks.example.org"
    assert b"\r\nHost: hooks.example.org\r\n" in heard[0]
    assert len(heard) == 1


def test_a_redirect_is_a_status_and_is_not_followed() -> None:
    with listener.listening(OK) as canary:
        moved = f"HTTP/1.1 302 Found\r\nLocation: {canary.url}/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        with listener.listening(moved.encode()) as system:
            assert deliver(f"{system.url}/hook") == 302

            assert system.requests.qsize() == 1
        assert canary.requests.empty()


def test_a_proxy_of_the_environment_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with listener.listening(OK) as proxy, listener.listening(OK) as system:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"):
            monkeypatch.setenv(name, proxy.url)

        deliver(f"{system.url}/hook")

        assert system.requests.qsize() == 1
        assert proxy.requests.empty()


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"SMTP ready\r\n",
        b"HTTP/1.1 099 What\r\n\r\n",
        b"HTTP/1.1 103 Early Hints\r\nX: y\r\n\r\n",
        b"HTTP/2 200\r\n\r\n",
    ],
)
def test_what_is_no_answer_may_have_been_heard(answer: bytes) -> None:
    with listener.listening(answer) as system, pytest.raises(web.Ambiguous):
        deliver(f"{system.url}/hook")


def test_who_drips_or_says_nothing_is_left_in_time() -> None:
    def drip(connection: socket.socket) -> None:
        while True:
            connection.sendall(b"HTTP/1.1 103 Early Hints\r\n\r\n")

    for answer in (drip, lambda connection: connection.recv(1)):
        with listener.listening(answer) as system, pytest.raises(web.Ambiguous):
            deliver(f"{system.url}/hook", timeout_s=0.2)


def test_without_a_disclosure_or_with_a_vendors_nothing_is_called() -> None:
    with listener.listening(OK) as system:
        other = egress.Disclosure("smsapi", OWN.purpose, OWN.legal_basis, ("ids",), "webhook", "01")
        empty = egress.Disclosure(OWN.vendor, OWN.purpose, OWN.legal_basis, (), "webhook", "01")
        for disclosure in (other, empty, None):
            with pytest.raises(egress.NotAllowed):
                web.deliver(disclosure, f"{system.url}/hook", body=b"", headers={})  # type: ignore[arg-type]  # on purpose
        with pytest.raises(egress.NotAllowed):
            web.deliver(TOLD, f"{system.url}/hook", body=b"", headers={"X": "y\r\nHost: z"})
        with pytest.raises(egress.NotAllowed):
            web.call(TOLD, "POST", f"{system.url}/hook")
        assert system.requests.empty()
