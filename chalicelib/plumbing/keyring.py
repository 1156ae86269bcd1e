"""One master secret, many keys: every purpose gets a key of its own, so that no seal can serve for another."""

import hashlib
import hmac
from functools import cache

from chalicelib.plumbing import settings


@cache
def key(purpose: str) -> bytes:
    """32 bytes for one purpose (HKDF-Expand of RFC 5869 with the purpose as info; the master is already uniform)."""
    return hmac.new(
        settings.get().master_secret.encode(), b"zeitfenster/" + purpose.encode() + b"\x01", "sha256"
    ).digest()


def fingerprint(purpose: str, text: str) -> str:
    """A keyed hash of `text`, to find it again without storing it (mail, phone, IP address)."""
    return hmac.new(key(purpose), text.encode(), "sha256").hexdigest()[:32]


def digest(text: str) -> str:
    """A plain SHA-256 for random tokens of 256 bits, which need no key."""
    return hashlib.sha256(text.encode()).hexdigest()


def same(one: str, other: str) -> bool:
    """Whether two secrets are equal, in constant time."""
    return hmac.compare_digest(one.encode(), other.encode())
