"""Links that carry their own proof: a few ids, an expiry and a seal, in letters that survive every mail program."""

import base64
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta

from chalicelib.plumbing import clock, ids, keyring
from chalicelib.plumbing.refusals import Gone, Missing

_MAC = 16
_EXPIRY = 5
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def make(purpose: str, parts: Sequence[str], *, expires_at: datetime | None) -> str:
    """A token for `parts` (each at most 255 bytes) of only `A-Z a-z 0-9 _ -`; good for one purpose, for ever or until then."""
    until = 0 if expires_at is None else -(-clock.milliseconds(expires_at) // 1000)
    body = until.to_bytes(_EXPIRY, "big") + b"".join(_packed(part) for part in parts)
    return _text(body + _mac(purpose, body))


def read(purpose: str, token: str, at: datetime) -> list[str]:
    """The parts of a token. Raises Missing for one we did not make for this purpose, and Gone for one whose time is over."""
    try:
        whole = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except ValueError:
        raise Missing from None
    body, mac = whole[:-_MAC], whole[-_MAC:]
    # The same bytes have several spellings in base64; only the one we gave out is good.
    if len(body) < _EXPIRY or not keyring.genuine("link/" + purpose, body, mac) or _text(whole) != token:
        raise Missing
    until = int.from_bytes(body[:_EXPIRY], "big")
    if until and at >= clock.parse_milliseconds(0) + timedelta(seconds=until):
        raise Gone("link_over")
    return _unpacked(body[_EXPIRY:])


def _packed(part: str) -> bytes:
    """One byte of length and the text; an id, which most parts are, as a zero and its 16 bytes."""
    if ids.is_id(part) and part[0] < "8":
        value = 0
        for letter in part:
            value = value << 5 | _ALPHABET.index(letter)
        return b"\x00" + value.to_bytes(16, "big")
    plain = part.encode()
    if not 0 < len(plain) < 256:
        raise ValueError("a part has 1 to 255 bytes")
    return bytes([len(plain)]) + plain


def _unpacked(packed: bytes) -> list[str]:
    parts: list[str] = []
    while packed:
        length = packed[0]
        if length:
            parts.append(packed[1 : 1 + length].decode())
            packed = packed[1 + length :]
        else:
            value = int.from_bytes(packed[1:17], "big")
            parts.append("".join(_ALPHABET[value >> shift & 31] for shift in range(125, -1, -5)))
            packed = packed[17:]
    return parts


def _mac(purpose: str, body: bytes) -> bytes:
    return hmac.new(keyring.key("link/" + purpose), body, "sha256").digest()[:_MAC]


def _text(plain: bytes) -> str:
    return base64.urlsafe_b64encode(plain).decode().rstrip("=")
