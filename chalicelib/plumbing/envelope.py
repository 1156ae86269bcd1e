"""Text about people is enciphered under a key of its partner, which only KMS can unwrap and which dies with the account.

AES-256-GCM. A partner's data key lies wrapped in the table `keys`; unwrapped it stays in memory for five minutes at most,
by the product's clock. What is enciphered is bound to its table, key owner, row and attribute: anywhere else it cannot be
read. What stands in no partner's account lies under the house's key, what the law keeps for ten years under the ledger's.
See docs/adr/0009-text-about-people.md.
"""

import hmac
import os
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import msgspec

from chalicelib.plumbing import attributes, clock, ids, log, settings, table, trail
from chalicelib.plumbing.database import Stale
from chalicelib.plumbing.refusals import Unavailable, Unreadable
from chalicelib.plumbing.rows import Record
from chalicelib.plumbing.transaction import Transaction

VERSION = b"\x01"
"""Of the format: this byte, 12 random bytes (the nonce of AES-GCM), ciphertext, 16 bytes of tag."""
NONCE_BYTES = 12
OVERHEAD_BYTES = 1 + NONCE_BYTES + 16
CACHED_FOR = timedelta(minutes=5)
BACKUP_DAYS = 7  # how long a backup of the table `keys` can be read (infra/resources.yaml: point in time recovery)
HOUSE, LEDGER = "house", "ledger"
"""Owners of keys that belong to no partner: made when first needed, never destroyed by the product."""
SORT = "data-key"
_MOST_CACHED = 1000

WRAPPED = attributes.About("nobody", "security", "Art. 32 GDPR", "account", category="meta")


class KeyRow(Record):
    """The wrapped data key of one owner. Key: (partner id, `house` or `ledger`; `data-key`)."""

    lifecycle = "keys"

    wrapped = attributes.bits(WRAPPED)
    created_at = attributes.instant(WRAPPED)


class Place(msgspec.Struct, frozen=True):
    """Where a value belongs: whoever moves it makes it unreadable."""

    table: str
    owner: str
    pk: str
    sk: str
    attribute: str

    def as_bytes(self) -> bytes:
        """The associated data of AES-GCM: a list in JSON, in which no two places look alike."""
        return msgspec.json.encode([self.table, self.owner, self.pk, self.sk, self.attribute])


class _Key(msgspec.Struct, frozen=True):
    plain: bytes
    cipher: Any
    since: datetime


_keys: dict[str, _Key] = {}


def begin(change: Transaction, partner_id: str, at: datetime) -> None:
    """Give a new partner a key of their own, in the `change` that makes the partner. Raises Unavailable without KMS."""
    plain, wrapped = _generate(partner_id)
    change.put_new(KeyRow(partner_id, SORT, wrapped=wrapped, created_at=at))
    _remember(partner_id, plain)


def end(change: Transaction, partner_id: str) -> None:
    """Destroy a partner's key with `change`: nothing that was enciphered under it can be read again.

    Call `forget` after the commit; other functions still hold it for five minutes at most.
    """
    if not ids.is_id(partner_id):
        raise ValueError("Only a partner's key can be destroyed.")
    change.delete(KeyRow(partner_id, SORT))


def forget(partner_id: str) -> None:
    """Forget an unwrapped key at once."""
    _keys.pop(partner_id, None)


def anew(partner_id: str | None) -> None:
    """Let the next use of a partner's key (None: the house's) unwrap it, even if it is in memory.

    For doors that must not tell known mail addresses from unknown ones: the key of the house is nearly always in memory and
    that of a partner often is not, which the clock would show.
    """
    forget(partner_id or HOUSE)


def forget_cached() -> None:
    """Forget every unwrapped key (tests)."""
    _keys.clear()


def seal(plain: bytes, place: Place) -> bytes:
    """Encipher what stands at `place`. Raises Unavailable without KMS, Unreadable for an owner without a key."""
    nonce = os.urandom(NONCE_BYTES)
    sealed: bytes = _key(place.owner, place).cipher.encrypt(nonce, plain, place.as_bytes())
    return VERSION + nonce + sealed


def opened(sealed: bytes | None, place: Place) -> bytes:
    """Decipher what stands at `place`.

    Raises Unreadable when it was not enciphered (None or another format), was changed, belongs elsewhere or has lost its
    key; Unavailable without KMS.
    """
    from cryptography.exceptions import InvalidTag

    if sealed is None or not sealed.startswith(VERSION) or len(sealed) < OVERHEAD_BYTES:
        raise _unreadable("not_enciphered", place)
    cipher = _key(place.owner, place).cipher
    try:
        plain: bytes = cipher.decrypt(sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :], place.as_bytes())
    except InvalidTag:
        raise _unreadable("moved_or_changed", place) from None
    return plain


def fingerprint(partner_id: str, purpose: str, text: str) -> str:
    """A keyed hash by which a partner finds `text` again: another at every partner, and void when their key is gone.

    Raises like `seal`.
    """
    plain = _key(partner_id, Place("keys", partner_id, "", "", purpose)).plain
    key = hmac.new(plain, b"fingerprint/" + purpose.encode(), "sha256").digest()
    return hmac.new(key, text.encode(), "sha256").hexdigest()[:32]


# ---------------------------------------------------------------- keys


def _key(owner: str, place: Place) -> _Key:
    known = _keys.get(owner)
    if known is not None and known.since <= clock.now() < known.since + CACHED_FOR:
        return known
    _keys.pop(owner, None)
    row = table.get(KeyRow, owner, SORT)
    if row is None and owner in (HOUSE, LEDGER):
        row = _first(owner)
    if row is None:
        raise _unreadable("no_key", place)
    return _remember(owner, _unwrap(owner, row.wrapped, place))


def _first(owner: str) -> KeyRow | None:
    """The key of the house or the ledger, made at first use; of two that make it at once, one wins for both."""
    _, wrapped = _generate(owner)
    with suppress(Stale):
        table.put(KeyRow(owner, SORT, wrapped=wrapped, created_at=clock.now()), KeyRow.pk.does_not_exist())
    return table.get(KeyRow, owner, SORT)


def _remember(owner: str, plain: bytes) -> _Key:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    if len(_keys) >= _MOST_CACHED:
        _keys.clear()
    _keys[owner] = made = _Key(plain, AESGCM(plain), clock.now())
    return made


def _unreadable(reason: str, place: Place) -> Unreadable:
    log.warning("envelope.unreadable", why=reason, table=place.table, partner_id=place.owner, attribute=place.attribute)
    return Unreadable()


# ---------------------------------------------------------------- KMS


def _generate(owner: str) -> tuple[bytes, bytes]:
    answer = _kms("generate_data_key", KeySpec="AES_256", EncryptionContext={"partner": owner})
    return answer["Plaintext"], answer["CiphertextBlob"]


def _unwrap(owner: str, wrapped: bytes, place: Place) -> bytes:
    try:
        answer = _kms("decrypt", CiphertextBlob=bytes(wrapped), EncryptionContext={"partner": owner})
    except _NotThisKey:
        raise _unreadable("key_moved_or_changed", place) from None
    plain: bytes = answer["Plaintext"]
    return plain


class _NotThisKey(Exception):
    pass


# The key is switched off, waits for its deletion, is gone, or its policy shut us out (AWS KMS API, Decrypt, errors).
_UNUSABLE = frozenset({"DisabledException", "KMSInvalidStateException", "NotFoundException", "AccessDeniedException"})


def client() -> Any:
    """Where keys are wrapped and unwrapped (tests put something faster there)."""
    from chalicelib.plumbing import aws

    return aws.client("kms")


def _kms(operation: str, **request: Any) -> dict[str, Any]:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        answer: dict[str, Any] = getattr(client(), operation)(KeyId=settings.get().kms_key, **request)
    except ClientError as problem:
        code = problem.response["Error"]["Code"]
        if code in ("InvalidCiphertextException", "IncorrectKeyException"):
            raise _NotThisKey from None
        log.warning("envelope.kms_refused", operation=operation, code=code)
        if code in _UNUSABLE:
            trail.count("KeyUnusable")
        raise Unavailable from problem
    except BotoCoreError as problem:
        log.warning("envelope.kms_silent", operation=operation, error=type(problem).__name__)
        raise Unavailable from problem
    return answer
