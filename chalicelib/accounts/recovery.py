"""Recovery codes: ten that are good once each, for whoever has lost the telephone; kept only as hashes nobody can undo."""

import hmac
import secrets
from typing import Any

from chalicelib.accounts import passwords
from chalicelib.plumbing import seals

HOW_MANY = 10
_ALPHABET = "abcdefghjkmnpqrstvwxyz23456789"  # no letter that looks like another
_LETTERS = 10  # 49 bits: OWASP ASVS 5.0, 6.5.4 asks for 20, and 6.5.2 for a password's hash below 112
_SALT_BYTES = 16


def made() -> tuple[list[str], dict[str, Any]]:
    """Ten new codes (`abcde-fghjk`), and what is stored of them."""
    codes = ["".join(secrets.choice(_ALPHABET) for _ in range(_LETTERS)) for _ in range(HOW_MANY)]
    salt = secrets.token_bytes(_SALT_BYTES)
    stored = {"salt": salt.hex(), "left": [_hashed(one, salt) for one in codes]}
    return [f"{one[:5]}-{one[5:]}" for one in codes], stored


def used(stored: dict[str, Any] | None, given: str) -> dict[str, Any] | None:
    """What is left once this code was used; None if it is none of them, or was used before. Costs one hash."""
    plain = given.lower().replace("-", "").replace(" ", "")
    if stored is None or len(plain) != _LETTERS:
        return None
    hashed = _hashed(plain, bytes.fromhex(stored["salt"]))
    left = [one for one in stored["left"] if not hmac.compare_digest(one, hashed)]
    return {**stored, "left": left} if len(left) < len(stored["left"]) else None


def _hashed(plain: str, salt: bytes) -> str:
    """One salt for the ten of a person, so that a try costs one hash and not ten."""
    return seals.text_of(passwords.raw(plain, salt))
