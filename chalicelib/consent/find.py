"""The texts that people agree to: which there are, what a version says, which one is in force and which one is coming."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.plumbing.refusals import Missing
from chalicelib.plumbing.words import LANGUAGES

NAMES = ("terms", "privacy", "dpa")
_FOLDER = Path(__file__).resolve().parent / "policies"


class Altered(Exception):
    """A text is not the one that was published: nobody is shown it, and nobody can agree to it."""


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of one text, as the register has it.

    `hashes` holds the SHA-256 of each language; `hash` is that of the German one, which decides. `changes` says in each
    language what is new. An `important` version is asked for again; any other only told.
    """

    name: str
    version: str
    published_on: date
    in_force_since: date
    important: bool
    hashes: dict[str, str]
    changes: dict[str, str]

    @property
    def hash(self) -> str:
        return self.hashes["de"]

    def shown(self) -> dict[str, Any]:
        """As JSON: the policy of the contract, the hash of each language and what changed."""
        return {
            "name": self.name,
            "version": self.version,
            "hash": self.hash,
            "in_force_since": self.in_force_since,
            "changed_on": self.published_on,
            "important": self.important,
            "changes": self.changes,
            "languages": list(LANGUAGES),
            "hashes": self.hashes,
        }


def policies(on: date) -> list[Policy]:
    """The version of each text that is in force on a day."""
    return [policy(name, version_in_force(name, on)) for name in NAMES]


def policy(name: str, version: str) -> Policy:
    """One version. Raises Missing for a text or a version that never was."""
    for one in _published(name):
        if one.version == version:
            return one
    raise Missing


def versions(name: str) -> tuple[str, ...]:
    """All versions of a text, the oldest first; a version is the day on which it comes into force. Raises Missing."""
    return tuple(one.version for one in _published(name))


def version_in_force(name: str, on: date) -> str:
    """The version of a text that is in force on a day: the last one that began by then. Raises Missing."""
    known = versions(name)
    return max((one for one in known if date.fromisoformat(one) <= on), default=known[0])


def coming(name: str, on: date) -> tuple[Policy, ...]:
    """The versions that are published and not in force yet on a day, the next one first. Raises Missing."""
    now = version_in_force(name, on)
    return tuple(one for one in _published(name) if one.version > now)


def asked_again(name: str, on: date) -> Policy | None:
    """The last version in force on a day that everybody has to accept anew, or None. Raises Missing.

    The first version of a text is accepted with the registration and asked of nobody again.
    """
    important = [one for one in _published(name)[1:] if one.important and one.in_force_since <= on]
    return important[-1] if important else None


@cache
def text(name: str, version: str, language: str) -> str:
    """What a version says (Markdown). Raises Missing, and Altered when it is not what was published."""
    written = (_FOLDER / name / f"{version}.{language}.md").read_text("utf-8")
    if hashlib.sha256(written.encode()).hexdigest() != policy(name, version).hashes[language]:
        raise Altered(f"{name} {version} ({language}) is not the text in the register")
    return written


def today(at: datetime) -> date:
    """The day by which versions come into force: the house's own, in Zürich."""
    return at.astimezone(ZoneInfo("Europe/Zurich")).date()


def _published(name: str) -> tuple[Policy, ...]:
    if name not in NAMES:
        raise Missing
    return _register()[name]


@cache
def _register() -> dict[str, tuple[Policy, ...]]:
    """The register (policies/register.json), which the build compares with the texts (infra/policies.py)."""
    read: dict[str, list[dict[str, Any]]] = json.loads((_FOLDER / "register.json").read_text("utf-8"))
    return {
        name: tuple(
            Policy(
                name, one["version"], date.fromisoformat(one["published_on"]), date.fromisoformat(one["in_force_since"]),
                one["important"], one["hashes"], one["changes"],
            )
            for one in read[name]
        )
        for name in NAMES
    }  # fmt: skip


def forget_cached() -> None:
    """Read register and texts anew (tests put others in their place)."""
    text.cache_clear()
    _register.cache_clear()
