"""The same form sent twice has one effect and one answer: what was answered is kept, readable only with the form itself."""

import hashlib
import hmac
from datetime import datetime
from typing import Any

import msgspec

from chalicelib.plumbing import attributes, clock, table
from chalicelib.plumbing.refusals import Conflict
from chalicelib.plumbing.rows import Record

GUARD = attributes.About("visitor", "security", "Art. 6(1)(f) GDPR", "idempotency", category="meta", forgotten="expire")


class Used(Exception):
    """The nonce of this form is used up: somebody was faster, or it is sent again."""


class UsedForm(Record):
    """A form that has had its effect, with a fingerprint of what was sent and the sealed answer."""

    lifecycle = "guard"

    content = attributes.text(GUARD)
    answer = attributes.bits(GUARD)
    expires = attributes.number(GUARD)


class Once(msgspec.Struct, frozen=True):
    """The right to one effect: a nonce nobody can guess, a fingerprint of the content, and until when to remember."""

    nonce: str
    content: str
    expires_at: datetime

    @property
    def row_key(self) -> str:
        return "form#" + hashlib.sha256(self.nonce.encode()).hexdigest()

    def secret(self, purpose: str) -> str:
        """A secret that comes out the same when the form is sent again, so that it need not be stored to be repeated."""
        from chalicelib.plumbing import keyring, seals

        return seals.text_of(hmac.new(keyring.key("once/" + purpose), self.nonce.encode(), "sha256").digest())


def right(nonce: str, content: object, expires_at: datetime) -> Once:
    """The right that a nonce gives for a body (any JSON value)."""
    plain = msgspec.json.encode(content, order="deterministic")
    return Once(nonce, hashlib.sha256(plain).hexdigest(), expires_at)


def row(once: Once, result: object) -> UsedForm:
    """The row that uses up `once`; write it with the condition that it is new, in the transaction of the change."""
    return UsedForm(
        once.row_key,
        "-",
        content=once.content,
        answer=_locked(once, msgspec.json.encode(result)),
        expires=clock.milliseconds(once.expires_at) // 1000 + 86_400,
    )


def answer(once: Once) -> tuple[bool, Any]:
    """(True, the first answer) if this very content was sent before, (False, None) if the form is unused.

    Raises Conflict `form_already_used` when it was used for other content.
    """
    used = table.get(UsedForm, once.row_key, "-")
    if used is None:
        return False, None
    if used.content != once.content:
        raise Conflict("form_already_used")
    return True, msgspec.json.decode(_unlocked(once, used.answer))


def _locked(once: Once, plain: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    # One key for one message, so that a fixed AES-GCM nonce is safe.
    return AESGCM(_key(once)).encrypt(bytes(12), plain, once.content.encode())


def _unlocked(once: Once, locked: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(_key(once)).decrypt(bytes(12), locked, once.content.encode())


def _key(once: Once) -> bytes:
    from chalicelib.plumbing import keyring

    return hmac.new(keyring.key("answer"), once.nonce.encode(), "sha256").digest()
