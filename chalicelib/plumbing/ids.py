"""Names for new things, sortable by birth, and secrets nobody can guess."""

import re
import secrets
from datetime import UTC, datetime

from chalicelib.plumbing import clock

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_SHAPE = re.compile(r"[0-9a-hjkmnp-tv-z]{26}")


def new(at: datetime | None = None) -> str:
    """26 letters and digits (Crockford's base 32): 48 bits of time in milliseconds, then 80 random bits."""
    value = (clock.milliseconds(at or clock.now()) << 80) | secrets.randbits(80)
    return "".join(_ALPHABET[(value >> shift) & 31] for shift in range(125, -1, -5))


def floor(at: datetime) -> str:
    """The smallest id that a thing born at `at` can have: the edge of a range of ids by time."""
    value = clock.milliseconds(at) << 80
    return "".join(_ALPHABET[(value >> shift) & 31] for shift in range(125, -1, -5))


def born_at(made: str) -> datetime:
    """When the thing of an id was born, to the millisecond."""
    value = 0
    for letter in made:
        value = value << 5 | _ALPHABET.index(letter)
    return datetime.fromtimestamp((value >> 80) / 1000, UTC)


def named(fingerprint: bytes) -> str:
    """The id of what has a name elsewhere, always the same for the same fingerprint (at least 10 bytes of it); born before all others."""
    value = int.from_bytes(fingerprint[:10])
    return "".join(_ALPHABET[(value >> shift) & 31] for shift in range(125, -1, -5))


def is_id(text: str) -> bool:
    """Whether `text` has the shape of an id; anything else cannot exist and need not be looked up."""
    return _SHAPE.fullmatch(text) is not None


def secret() -> str:
    """256 random bits, safe in a URL."""
    return secrets.token_urlsafe(32)
