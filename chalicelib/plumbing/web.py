"""The only door to the outside: listed vendors, a disclosure in hand, bounded time and size, three clear endings.

The limits (connect 3 s, read 10 s, answers up to 1 MB, no redirects, no proxies, TLS verified) hold for every vendor.
Nothing of a request or an answer is ever logged here.
"""

import io
import json as jsonlib
import re
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from chalicelib.plumbing import egress, reach, trail

if TYPE_CHECKING:
    import ssl

    import requests

CONNECT_TIMEOUT_S = 3.0
READ_TIMEOUT_S = 10.0
MAX_ANSWER_BYTES = 1_000_000
_CHUNK_BYTES = 16_384
DELIVERY_TIMEOUT_S = 10.0
FETCH_TIMEOUT_S = 6.0
_STATUS_LINE = re.compile(rb"HTTP/1\.[01] (\d{3})(?: [^\r\n]*)?\r?")
_LONGEST_HEAD_BYTES = 65_536
_MOST_ADDRESSES = 4
_OUR_TROUBLE = (401, 403, 429)  # a key that is not accepted, or too much at once


class Unreachable(Exception):
    """The request surely did not reach the vendor: no such name, refused, no connection in time, wrong certificate."""


class Ambiguous(Exception):
    """The request may have reached the vendor, but no whole answer came back in time and size."""


class TooLong(Ambiguous):
    """The answer is longer than was asked for."""


@dataclass(frozen=True, slots=True)
class Reply:
    """The vendor's answer, whatever its status; header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON; raises ValueError if it is anything else."""
        try:
            return jsonlib.loads(self.body)
        except RecursionError as error:
            raise ValueError("nested too deeply") from error


def call(
    disclosure: egress.Disclosure,
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    form: Mapping[str, str] | None = None,
    json: Any = None,
    connect_timeout_s: float = CONNECT_TIMEOUT_S,
    read_timeout_s: float = READ_TIMEOUT_S,
) -> Reply:
    """Ask the vendor named in the disclosure, once; `form` is sent urlencoded, `json` as JSON, both UTF-8.

    The vendor hears our id of the request that began it (`X-Request-Id`), so that both can look into their logs. Raises
    egress.NotAllowed before anything leaves if the manifest or the disclosure does not cover the call, Unreachable if it
    surely did not arrive, Ambiguous if it may have. Every status, 3xx included, is returned.
    """
    egress.check(disclosure, url)
    vendor = disclosure.recipient
    begun_by = trail.correlation_id() if egress.recipient(vendor).traced else None
    known = {"X-Request-Id": begun_by} if begun_by else {}
    try:
        reply = _asked(
            method,
            url,
            headers={**known, **(headers or {})},
            form=form,
            json=json,
            timeout_s=(connect_timeout_s, read_timeout_s),
        )
    except (Unreachable, Ambiguous):
        trail.count("VendorErrors", vendor=vendor)
        raise
    if reply.status >= 500 or reply.status in _OUR_TROUBLE:
        trail.count("VendorErrors", vendor=vendor)
    return reply


def _asked(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    form: Mapping[str, str] | None,
    json: Any,
    timeout_s: tuple[float, float],
) -> Reply:
    import requests

    # Asking for a plain body keeps a small compressed answer from becoming a large one here.
    sent_headers = {"Accept": "application/json", "Accept-Encoding": "identity", **headers}
    deadline = time.monotonic() + sum(timeout_s)
    try:
        answer = _session().request(
            method,
            url,
            headers=sent_headers,
            data=dict(form) if form is not None else None,
            json=json,
            timeout=timeout_s,
            allow_redirects=False,
            stream=True,
            verify=True,
        )
    except requests.ConnectTimeout as error:
        raise Unreachable("no connection in time") from error
    except requests.ConnectionError as error:
        raise _judged(error) from error
    except requests.RequestException as error:
        if isinstance(error, ValueError):
            # requests' word for a URL or header it would not even send: ours to mend, and nothing has left.
            raise egress.NotAllowed(type(error).__name__) from error
        raise Ambiguous(type(error).__name__) from error
    with answer:
        body = _read(answer, deadline)
    return Reply(answer.status_code, {name.lower(): value for name, value in answer.headers.items()}, body)


@cache
def _session() -> "requests.Session":
    """One pool of connections per process; it reads no proxy or netrc from the environment and keeps no cookies."""
    from http.cookiejar import DefaultCookiePolicy

    import requests

    session = requests.Session()
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return session


def _read(answer: "requests.Response", deadline: float) -> bytes:
    """The whole body, or Ambiguous: a vendor that drips or floods is cut off at the deadline or the limit."""
    import urllib3

    pieces: list[bytes] = []
    size = 0
    while True:
        try:
            # read1 hands over what is there; read would wait for a full chunk, byte by byte past every deadline.
            piece = answer.raw.read1(_CHUNK_BYTES)
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise Ambiguous(type(error).__name__) from error
        if not piece:
            return b"".join(pieces)
        pieces.append(piece)
        size += len(piece)
        if size > MAX_ANSWER_BYTES:
            raise Ambiguous("the answer is too large")
        if time.monotonic() > deadline:
            raise Ambiguous("the answer took too long")


def _judged(error: Exception) -> Unreachable | Ambiguous:
    """Whether a lost connection was lost before anything could have been sent over it."""
    import ssl

    import urllib3

    surely_before = (
        urllib3.exceptions.NewConnectionError,
        urllib3.exceptions.ConnectTimeoutError,
        ssl.SSLCertVerificationError,
    )
    seen: list[object] = [error]
    for one in seen:
        if isinstance(one, surely_before):
            return Unreachable(type(one).__name__)
        if isinstance(one, BaseException) and len(seen) < 50:
            causes = (*one.args, getattr(one, "reason", None), one.__cause__, one.__context__)
            seen += [cause for cause in causes if isinstance(cause, BaseException) and cause not in seen]
    return Ambiguous(type(error).__name__)


# ---------------------------------------------------------------- to an address that a partner named


def deliver(
    disclosure: egress.Disclosure,
    url: str,
    *,
    body: bytes,
    headers: Mapping[str, str],
    timeout_s: float = DELIVERY_TIMEOUT_S,
) -> int:
    """Post `body` to a partner's own system, once; the status of its answer, whatever it is.

    The name is resolved once, every address it stands for has to be public, and one of these very addresses is
    connected to, while TLS and `Host` go by the name: whoever changes the name's meaning in between changes nothing. No
    proxy, no redirect; nothing of the answer but its status is read. Raises egress.NotAllowed without a disclosure,
    reach.Hostile before anything leaves for an address that is not called, Unreachable if it surely did not arrive,
    Ambiguous if it may have.
    """
    egress.check_own(disclosure)
    target = egress.own_target(url)
    head = _head("POST", target, body, headers)
    deadline = time.monotonic() + timeout_s
    addresses = _resolved(target)
    with _connected(target, addresses, deadline) as connection:
        try:
            connection.settimeout(_left(deadline))
            connection.sendall(head + body)
            return _status(connection, deadline)
        except OSError as error:
            raise Ambiguous(type(error).__name__) from error


def fetch(
    disclosure: egress.Disclosure,
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    body: bytes = b"",
    most_bytes: int,
    timeout_s: float = FETCH_TIMEOUT_S,
) -> Reply:
    """Ask a partner's own server for something, once, over the same checked way as `deliver`; its whole answer.

    No redirect is followed, nothing compressed is taken. Raises what `deliver` raises, and TooLong for an answer of more
    than `most_bytes`, Ambiguous for one that is not there after `timeout_s`, however it drips.
    """
    from http.client import HTTPException, HTTPResponse

    egress.check_own(disclosure)
    target = egress.own_target(url)
    head = _head(method, target, body, {"Accept-Encoding": "identity", **headers})
    deadline = time.monotonic() + timeout_s
    addresses = _resolved(target)
    with _connected(target, addresses, deadline) as connection:
        try:
            connection.settimeout(_left(deadline))
            connection.sendall(head + body)
            answer = HTTPResponse(_InTime(connection, deadline), method=method)  # type: ignore[arg-type]  # all it asks of a socket is a file
            answer.begin()
            if answer.getheader("Content-Encoding", "identity").lower() not in ("", "identity"):
                raise Ambiguous("compressed")
            read = answer.read(most_bytes + 1)
        except (OSError, HTTPException, ValueError) as error:
            raise Ambiguous(type(error).__name__) from error
    if len(read) > most_bytes:
        raise TooLong("the answer is too large")
    return Reply(answer.status, {name.lower(): value for name, value in answer.getheaders()}, read)


class _InTime(io.RawIOBase):
    """What arrives over a connection, as a file that ends at the deadline: each wait is as long as what is left of it."""

    def __init__(self, connection: socket.socket, deadline: float) -> None:
        self._connection, self._deadline = connection, deadline

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._connection.settimeout(_left(self._deadline))
        return self._connection.recv_into(buffer)


def _head(method: str, target: reach.Target, body: bytes, headers: Mapping[str, str]) -> bytes:
    lines = {
        "Host": target.host if target.port == 443 else f"{target.host}:{target.port}",
        **headers,
        "Content-Length": str(len(body)),
        "Connection": "close",
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    if head.count("\n") != len(lines) or not head.isascii():
        raise egress.NotAllowed("a header that is none")
    return f"{method} {target.path} HTTP/1.1\r\n{head}\r\n".encode("ascii")


def _resolved(target: reach.Target) -> list[str]:
    """Every address of the name, asked for once. One that is not public makes the whole name hostile."""
    if target.scheme == "http":  # of a local run: the address is its own name
        return [target.host]
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreachable("no such name") from error
    addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
    if not addresses or not all(reach.is_public(one) for one in addresses):
        raise reach.Hostile("inside")
    return addresses


def _connected(target: reach.Target, addresses: list[str], deadline: float) -> socket.socket:
    """A connection to the first of the checked addresses that answers, under TLS for the name."""
    problem: OSError | None = None
    for address in addresses[:_MOST_ADDRESSES]:
        plain = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
        try:
            plain.settimeout(min(CONNECT_TIMEOUT_S, _left(deadline)))
            plain.connect((address, target.port))
            if target.scheme == "http":
                return plain
            return _tls().wrap_socket(plain, server_hostname=target.host)
        except OSError as error:  # of TLS too: nothing has been said yet
            plain.close()
            problem = error
    raise Unreachable(type(problem).__name__) from problem


@cache
def _tls() -> "ssl.SSLContext":
    import ssl

    import certifi

    return ssl.create_default_context(cafile=certifi.where())


def _status(connection: socket.socket, deadline: float) -> int:
    """The status of the answer; what comes before it (1xx) is passed over, what comes after it is not looked at."""
    read = b""
    while len(read) <= _LONGEST_HEAD_BYTES:
        connection.settimeout(_left(deadline))
        piece = connection.recv(_CHUNK_BYTES)
        if not piece:
            break
        read += piece
        while b"\n" in read:
            found = _STATUS_LINE.fullmatch(read.partition(b"\n")[0])
            if found is None:
                raise Ambiguous("not HTTP")
            if int(found[1]) >= 200:
                return int(found[1])
            _, ended, rest = read.partition(b"\r\n\r\n")
            if not ended:
                break
            read = rest
    raise Ambiguous("no answer")


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
