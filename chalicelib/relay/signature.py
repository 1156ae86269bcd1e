"""Signatures as https://www.standardwebhooks.com asks for them: HMAC-SHA256 over `id.timestamp.body`."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime

PREFIX = "whsec_"


def secret(text: str) -> str:
    """A secret of 32 bytes made of a random text, as programs of receivers want it written."""
    return PREFIX + base64.b64encode(hashlib.sha256(b"webhook/" + text.encode()).digest()).decode()


def headers(message_id: str, at: datetime, body: bytes, *, secrets: Sequence[str]) -> dict[str, str]:
    """The three headers; with several secrets (while one is being changed) one signature each, parted by a space."""
    timestamp = str(int(at.timestamp()))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(f"v1,{_one(each, signed)}" for each in secrets),
    }


def _one(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return base64.b64encode(hmac.new(key, signed, "sha256").digest()).decode()
