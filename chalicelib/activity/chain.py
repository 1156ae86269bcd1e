"""Hashes that bind every fact of a day to the day before, and still hold when a person was blacked out."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date

VEILABLE = ("employee_id", "ip", "detail")
_SHOWN = ("pk", "sk", "at", "kind", "source", "subject_kind", "subject_id")


def commitment(salt: str, name: str, value: object) -> str:
    """A hash that stands for a value and does not give it away: what is left of it when it is blacked out."""
    own = hashlib.sha256(f"{salt}/{name}".encode()).hexdigest()
    return _hash([own, value])


def leaf(fact: Mapping[str, object]) -> str:
    """The hash of one fact (its attributes as JSON values; `veiled` holds commitments of what was blacked out)."""
    veiled = fact.get("veiled") or {}
    assert isinstance(veiled, Mapping)
    salt = str(fact.get("salt") or "")
    hidden = [veiled.get(name) or commitment(salt, name, fact.get(name)) for name in VEILABLE]
    return _hash([*(fact.get(name) for name in _SHOWN), *hidden])


def seal(partner_id: str, day: date, leaves: Iterable[str], *, previous: str) -> tuple[str, int]:
    """The hash of a day of a partner, given its leaves in order and the seal before; and how many leaves there were."""
    folded, number = "", 0
    for number, one in enumerate(leaves, 1):  # noqa: B007 - the last number is the count
        folded = _hash([folded, one])
    return _hash([previous, partner_id, day.isoformat(), number, folded]), number


def _hash(parts: object) -> str:
    plain = json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()
