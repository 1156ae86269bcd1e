"""The texts that people agree to: which there are, what a version says, and which one is in force."""

import hashlib
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


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of one text. `hashes` holds the SHA-256 of each language; `hash` is that of the German one, which decides."""

    name: str
    version: str
    in_force_since: date
    hashes: dict[str, str]

    @property
    def hash(self) -> str:
        return self.hashes["de"]

    def shown(self) -> dict[str, Any]:
        """As JSON: the policy of the contract, and the hash of each language."""
        return {
            "name": self.name,
            "version": self.version,
            "hash": self.hash,
            "in_force_since": self.in_force_since,
            "changed_on": self.in_force_since,
            "languages": list(LANGUAGES),
            "hashes": self.hashes,
        }


def policies(on: date) -> list[Policy]:
    """The version of each text that is in force on a day."""
    return [policy(name, version_in_force(name, on)) for name in NAMES]


def policy(name: str, version: str) -> Policy:
    """One version. Raises Missing for a text or a version that never was."""
    if version not in versions(name):
        raise Missing
    hashes = {one: hashlib.sha256(text(name, version, one).encode()).hexdigest() for one in LANGUAGES}
    return Policy(name, version, date.fromisoformat(version), hashes)


def versions(name: str) -> tuple[str, ...]:
    """All versions of a text, the oldest first; a version is the day on which it comes into force. Raises Missing."""
    if name not in NAMES:
        raise Missing
    return _versions(name)


def version_in_force(name: str, on: date) -> str:
    """The version of a text that is in force on a day: the last one that began by then."""
    known = versions(name)
    return max((one for one in known if date.fromisoformat(one) <= on), default=known[0])


@cache
def text(name: str, version: str, language: str) -> str:
    """What a version says (Markdown); it must exist."""
    return (_FOLDER / name / f"{version}.{language}.md").read_text("utf-8")


@cache
def _versions(name: str) -> tuple[str, ...]:
    return tuple(sorted(file.name.removesuffix(".de.md") for file in (_FOLDER / name).glob("*.de.md")))


def today(at: datetime) -> date:
    """The day by which versions come into force: the house's own, in Zürich."""
    return at.astimezone(ZoneInfo("Europe/Zurich")).date()
