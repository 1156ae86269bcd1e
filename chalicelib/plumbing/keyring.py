"""One master secret, many keys: every purpose gets a key of its own, so that no seal can serve for another.

What seals rotates with the master secret, and while it does two are good at a time. What is found again by its hash, or has
to come out the same for years, stays under the first master secret there was: docs/how/rotate-secrets.md says why for each.
"""

import hashlib
import hmac
from functools import cache

from chalicelib.plumbing import settings

ROTATES = frozenset(
    [
        "form",
        "holder",
        "cursor",
        "reset",
        "smsapi-hook",
        "chatra-hook",
        "ortto-hook",
        "autopilot-hook",
        "factor",
        "link/",
    ]
)
"""Purposes whose keys change with the master secret; a name that ends with `/` stands for all that begin with it."""
STAYS = frozenset(
    [
        "answer",
        "bexio-contact",
        "bexio-seed",
        "certificate",
        "chat-client",
        "import",
        "limit",
        "login",
        "newsletter",
        "once/",
        "password",
        "ticket",
    ]
)
"""Purposes whose keys never change."""


@cache
def keys(purpose: str) -> tuple[bytes, ...]:
    """The keys that are good for one purpose, 32 bytes each; the first is the one to seal with.

    HKDF-Expand of RFC 5869 with the purpose as info; the master is already uniform. Raises ValueError for a purpose that
    says neither that it rotates nor that it stays.
    """
    here = settings.get()
    family = purpose.partition("/")[0] + "/" if "/" in purpose else purpose
    if family in STAYS:
        masters = [here.master_secret_first]
    elif family in ROTATES:
        masters = [here.master_secret, here.master_secret_also]
    else:
        raise ValueError(f"{purpose} neither rotates nor stays.")
    info = b"zeitfenster/" + purpose.encode() + b"\x01"
    return tuple(hmac.new(master.encode(), info, "sha256").digest() for master in masters if master)


def key(purpose: str) -> bytes:
    """The key to seal with."""
    return keys(purpose)[0]


def fingerprint(purpose: str, text: str) -> str:
    """A keyed hash of `text`, to find it again without storing it (mail, phone, IP address)."""
    return _fingerprint(key(purpose), text)


def matches(purpose: str, text: str, given: str, *, letters: int = 32) -> bool:
    """Whether `given` is the fingerprint of `text`, or its first `letters`, under any key that is good; each in constant time."""
    return any(same(given, _fingerprint(one, text)[:letters]) for one in keys(purpose))


def genuine(purpose: str, body: bytes, mac: bytes) -> bool:
    """Whether `mac` is the beginning of an HMAC-SHA256 of `body` under any key that is good; at least 16 bytes of it."""
    macs = [hmac.new(one, body, "sha256").digest()[: len(mac)] for one in keys(purpose)]
    return len(mac) >= 16 and any(hmac.compare_digest(mac, one) for one in macs)


def digest(text: str) -> str:
    """A plain SHA-256 for random tokens of 256 bits, which need no key."""
    return hashlib.sha256(text.encode()).hexdigest()


def same(one: str, other: str) -> bool:
    """Whether two secrets are equal, in constant time."""
    return hmac.compare_digest(one.encode(), other.encode())


def _fingerprint(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode(), "sha256").hexdigest()[:32]
