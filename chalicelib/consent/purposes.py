"""What somebody can be asked to consent to, each with the sentence that is put to them, by version and language."""

import hashlib
from functools import cache
from pathlib import Path

PURPOSES = ("newsletter", "chat", "analytics")
_FOLDER = Path(__file__).resolve().parent / "wordings"


def version(purpose: str) -> str:
    """The version of the sentence that is put to people now: the last there is."""
    return _versions(purpose)[-1]


@cache
def sentence(purpose: str, version: str, language: str) -> str:
    """What somebody consents to, in one of the four languages. An earlier version is never changed: it is proof."""
    return (_FOLDER / purpose / f"{version}.{language[:2]}.txt").read_text("utf-8").strip()


def hashed(purpose: str, version: str, language: str) -> str:
    """The SHA-256 of that sentence."""
    return hashlib.sha256(sentence(purpose, version, language).encode()).hexdigest()


@cache
def _versions(purpose: str) -> tuple[str, ...]:
    if purpose not in PURPOSES:
        raise ValueError("nobody is asked for that")
    return tuple(sorted(file.name.removesuffix(".de.txt") for file in (_FOLDER / purpose).glob("*.de.txt")))
