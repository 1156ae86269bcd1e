"""Hashes that bind every fact of a day to the day before, and still hold when a person was blacked out."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date

VEILABLE = ("employee_id", "ip", "detail")
MARK = 8
GONE = "-"
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
    ledger = [fact["ledger"]] if fact.get("ledger") else []
    return _hash([*(fact.get(name) for name in _SHOWN), *hidden, *ledger])


def head(leaves: Iterable[str]) -> str:
    """One hash over leaves in their order."""
    folded = ""
    for one in leaves:
        folded = _hash([folded, one])
    return folded


def marks(leaves: Iterable[str]) -> str:
    """Eight letters of each leaf, so that what is wrong can be named; the head proves, marks only point."""
    return "".join(one[:MARK] for one in leaves)


def name(partner_id: str, since: str) -> str:
    """How the chain of a partner is called in the checkpoint of the hour that begins at `since` (as clock.text writes it).

    Who has the partner's id finds the line; who has the checkpoint cannot tell whose it is, nor follow it over hours.
    """
    return _hash(["chain", partner_id, since])[:32]


def place(pk: str, sk: str) -> str:
    """How a row of the ledger is called in a checkpoint."""
    return _hash(["ledger", pk, sk])[:32]


def entered(before: str, entries: Iterable[tuple[str, str]]) -> str:
    """The head of the ledger after more entries, each the place of a row and the hash of what stands there (GONE: nothing)."""
    folded = before
    for where, what in entries:
        folded = _hash([folded, where, what])
    return folded


def hashed(said: Mapping[str, object]) -> str:
    """The hash of a JSON object: a checkpoint without its signature, or what a row of the ledger holds."""
    return _hash(said)


def seal(partner_id: str, day: date, leaves: Iterable[str], *, previous: str) -> tuple[str, int]:
    """The hash of a day of a partner, given its leaves in order and the seal before; and how many leaves there were."""
    folded, number = "", 0
    for number, one in enumerate(leaves, 1):  # noqa: B007 - the last number is the count
        folded = _hash([folded, one])
    return _hash([previous, partner_id, day.isoformat(), number, folded]), number


def _hash(parts: object) -> str:
    plain = json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()
