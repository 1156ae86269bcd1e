"""Passwords: hashed with Argon2id and a key that is not in the database, compared so that nobody learns who exists."""

import hmac
from collections.abc import Iterable
from functools import cache
from typing import Any

from chalicelib.accounts import leaked, rules
from chalicelib.plumbing import ids, keyring

# OWASP Password Storage Cheat Sheet: Argon2id with at least 19 MiB, 2 passes, 1 lane.
MEMORY_KIB, PASSES, LANES = 19_456, 2, 1
_MARK = 16  # letters of a fingerprint that a link holds
# The hash of a secret that was thrown away: what an unknown address is compared with, so that it costs the same.
_OF_NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$EsOHQ9rTfTlSxslAjoqdPg$Pz7Hb5CUAeRzFMHxyvZ9++4ZwIu8L49PNGTcGMSmEbc"


def easy(password: str, own: Iterable[str]) -> bool:
    """Whether it is known from leaks, or would soon be guessed by who knows the person (`own`: mail, names, company) or us."""
    return leaked.holds(password) or rules.guessable(password, own)


def hashed(password: str) -> str:
    """The hash to store."""
    return str(_hasher().hash(_peppered(password)))


def raw(secret: str, salt: bytes) -> bytes:
    """The same hash of another secret under a salt of its own, 16 bytes."""
    from argon2.low_level import Type, hash_secret_raw

    made: bytes = hash_secret_raw(_peppered(secret), salt, PASSES, MEMORY_KIB, LANES, 16, Type.ID)
    return made


def unusable() -> str:
    """What is stored for somebody who has no password yet: nothing matches it, and each is different."""
    return "-" + ids.secret()


def right(password: str, stored: str | None) -> bool:
    """Whether this is the password; None or an unusable one costs the same time and is never right."""
    from argon2.exceptions import InvalidHashError, VerificationError

    known = stored is not None and usable(stored)
    try:
        _hasher().verify(stored if known else _OF_NOBODY, _peppered(password))
    except (VerificationError, InvalidHashError):
        return False
    return known


def usable(stored: str) -> bool:
    """Whether somebody has a password at all."""
    return stored.startswith("$argon2id$")


def outdated(stored: str) -> bool:
    """Whether a hash was made with other costs than today's, so that it should be made again at the next login."""
    return bool(_hasher().check_needs_rehash(stored))


def fingerprint(stored: str) -> str:
    """What a reset link remembers of the present password, so that it is good for one change only."""
    return keyring.fingerprint("reset", stored)[:_MARK]


def is_same(stored: str, fingerprint: str) -> bool:
    """Whether the password is still the one that a link remembers."""
    return len(fingerprint) == _MARK and keyring.matches("reset", stored, fingerprint, letters=_MARK)


@cache
def _hasher() -> Any:
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)


def _peppered(password: str) -> bytes:
    return hmac.new(keyring.key("password"), password.encode(), "sha256").hexdigest().encode()
