"""The codes of an authenticator app: RFC 6238 with what every app takes, six digits, thirty seconds, HMAC-SHA-1."""

import base64
import hmac
from datetime import datetime
from urllib.parse import quote, urlencode

from chalicelib.plumbing import clock, keyring

STEP_SECONDS = 30
DIGITS = 6
TOLERANCE = 1  # steps that a telephone may be ahead or behind: RFC 6238, 5.2 recommends at most one
SECRET_BYTES = 20  # RFC 4226, 4: at least 128 bits, 160 recommended


def code(secret: bytes, step: int) -> str:
    """The code of one step since 1970 (RFC 4226, 5.3)."""
    # SHA-1 is what RFC 4226 says; as an HMAC it is sound, and several apps ignore that another is asked for.
    mac = hmac.new(secret, step.to_bytes(8, "big"), "sha1").digest()
    begin = mac[-1] & 15
    number = int.from_bytes(mac[begin : begin + 4], "big") & 0x7FFF_FFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def step(at: datetime) -> int:
    """The step that an instant falls into."""
    return clock.milliseconds(at) // 1000 // STEP_SECONDS


def matching(secret: bytes, given: str, at: datetime, *, after: int) -> int | None:
    """The step whose code this is, if it is near `at` and later than the step `after` that was used last; else None."""
    now = step(at)
    near = [one for one in range(now - TOLERANCE, now + TOLERANCE + 1) if keyring.same(code(secret, one), given)]
    return next((one for one in near if one > after), None)


def text(secret: bytes) -> str:
    """A secret as people type it: base32 without padding."""
    return base64.b32encode(secret).decode().rstrip("=")


def secret(text: str) -> bytes:
    """The secret of such a text. ValueError for a text that is none."""
    return base64.b32decode(text + "=" * (-len(text) % 8))


def address(secret: str, *, issuer: str, account: str) -> str:
    """What the picture says to an app (Key URI Format of Google Authenticator, which all others read)."""
    return f"otpauth://totp/{quote(f'{issuer}:{account}')}?{urlencode({'secret': secret, 'issuer': issuer})}"
