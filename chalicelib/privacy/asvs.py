"""OWASP ASVS 5.0.0, levels 1 and 2: every item answered in `asvs.toml` as met, not applicable or a gap, with what shows it."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

import msgspec

from chalicelib.privacy import tested

STANDARD = "OWASP ASVS 5.0.0"
URL = "/legal/conformance/asvs"
CHAPTERS: Mapping[str, str] = {
    "V1": "Encoding and Sanitization",
    "V2": "Validation and Business Logic",
    "V3": "Web Frontend Security",
    "V4": "API and Web Service",
    "V5": "File Handling",
    "V6": "Authentication",
    "V7": "Session Management",
    "V8": "Authorization",
    "V9": "Self-contained Tokens",
    "V10": "OAuth and OIDC",
    "V11": "Cryptography",
    "V12": "Secure Communication",
    "V13": "Configuration",
    "V14": "Data Protection",
    "V15": "Secure Coding and Architecture",
    "V16": "Security Logging and Error Handling",
    "V17": "WebRTC",
}
State = Literal["met", "not_applicable", "gap"]
STATES: tuple[str, ...] = get_args(State)
_FILE = Path(__file__).with_name("asvs.toml")


class Item(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One item: what it asks in our words, our answer, and what shows it (tests as pytest names them, files of the sources)."""

    id: str
    level: Literal[1, 2]
    asks: str
    state: State
    how: str
    tests: tuple[str, ...] = ()
    where: tuple[str, ...] = ()

    @property
    def chapter(self) -> str:
        return self.id.partition(".")[0]


@cache
def items() -> tuple[Item, ...]:
    """Every answer in the order of the file. Raises msgspec.ValidationError where one has not the shape of an Item."""
    import tomllib

    return msgspec.convert(tomllib.loads(_FILE.read_text("utf-8")).get("item", []), tuple[Item, ...])


def summary() -> dict[str, Any]:
    """How many items are met, do not apply, or are gaps, and where each stands."""
    return {"standard": STANDARD, "states": _states(items()), "url": URL}


def shown(chapter: str | None) -> dict[str, Any]:
    """All items, or those of one chapter, with the results of their tests; the chapters and their counts; and all gaps."""
    chosen = [one for one in items() if chapter in (None, one.chapter)]
    return {
        "standard": STANDARD,
        "states": _states(items()),
        "chapters": [
            {"id": id_, "name": name, "states": _states([one for one in items() if one.chapter == id_])}
            for id_, name in CHAPTERS.items()
        ],
        "gaps": [one.id for one in items() if one.state == "gap"],
        "items": [{**msgspec.to_builtins(one), "tests": tested.results(one.tests)} for one in chosen],
        "next": None,
        "tests": tested.counted({name for one in chosen for name in one.tests}),
        "run_at": tested.run_at(),
    }


def _states(some: Sequence[Item]) -> dict[str, int]:
    return {state: sum(one.state == state for one in some) for state in STATES}
