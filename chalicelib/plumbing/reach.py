"""Which addresses that partners name may be called at all: public ones, by name, over TLS, and nothing of our own house.

Pure: no name is resolved here. A name that looks harmless says nothing about where it leads, so whoever connects asks
`is_public` about every address that the name stands for, and connects to that very address (`web.deliver`).
"""

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

PORTS = (443, 4443, 8443, 9443)
LONGEST = 500
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
# The last part holds a letter and nothing but letters: what ends in a number (127.1, 0x7f.1, 2130706433) is an address.
_NAME = re.compile(rf"(?:{_LABEL}\.)+(?:[a-z]{{2,63}}|xn--[a-z0-9-]{{1,58}}[a-z0-9])")
_PATH = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*")
_INSIDE = ("localhost", "local", "internal", "intranet", "lan", "home", "corp", "private", "arpa", "onion")

# https://www.iana.org/assignments/iana-ipv4-special-registry, multicast, reserved, and Azure's way to its own machines.
_NOT_PUBLIC = tuple(
    ipaddress.IPv4Network(one)
    for one in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16"),
        *("192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        "168.63.129.16/32",
    )
)
# Of IPv6 only what is given out to networks of the world, without what stands for something else: Teredo and other
# protocols, documentation, 6to4. Mapped, compatible, NAT64, local and multicast addresses lie outside of 2000::/3.
_WORLD = ipaddress.IPv6Network("2000::/3")
_NOT_WORLD = tuple(
    ipaddress.IPv6Network(one) for one in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")
)


class Hostile(Exception):
    """An address that is not called; `code` says why, in one word."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Target:
    """A place that may be called, if its name leads to public addresses only. `path` has its query, and never a fragment."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def url(self) -> str:
        """The address, written in the one way in which we keep it."""
        port = "" if (self.scheme, self.port) == ("https", 443) else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}{self.path}"


def target(url: str, *, own_host: str = "", local: bool = False) -> Target:
    """Read an address that a partner typed, or raise Hostile: `not_a_url`, `not_https`, `with_password`, `not_a_name`,
    `port`, `inside`.

    With `local` (tests and simulators) `http://127.0.0.1:<port>` is good too.
    """
    if not url.isascii() or len(url) > LONGEST or not url.isprintable() or "\\" in url or " " in url or "#" in url:
        raise Hostile("not_a_url")
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise Hostile("not_a_url") from None
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if local and parts.scheme == "http" and host == "127.0.0.1" and port and "@" not in parts.netloc:
        return Target("http", host, port, path)
    if parts.scheme != "https":
        raise Hostile("not_https")
    if "@" in parts.netloc:
        raise Hostile("with_password")
    if len(host) > 253 or not _NAME.fullmatch(host):
        raise Hostile("not_a_name")
    if host.rpartition(".")[2] in _INSIDE or host == own_host:
        raise Hostile("inside")
    if parts.netloc.endswith(":") or (port or 443) not in PORTS or port == 0:
        raise Hostile("port")
    if not _PATH.fullmatch(path):
        raise Hostile("not_a_url")
    return Target("https", host, port or 443, path)


def is_public(address: str) -> bool:
    """Whether an IP address, as a resolver gives it, belongs to somebody in the world and not to a house, ours or theirs."""
    try:
        one = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(one, ipaddress.IPv4Address):
        return not any(one in each for each in _NOT_PUBLIC)
    return one.scope_id is None and one in _WORLD and not any(one in each for each in _NOT_WORLD)
