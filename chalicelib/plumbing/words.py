"""Texts and pages from the files that lie beside the room that owns them, in German, French, Italian and English."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("de", "fr", "it", "en")
_HOUSE = Path(__file__).resolve().parent.parent


def say(room: str, key: str, language: str, params: Mapping[str, object] | None = None) -> str:
    """One sentence of a room, filled in. Raises KeyError for a sentence nobody wrote: a missing text is a defect."""
    return _catalogue(room, language)[key].format_map(params or {})


def has(room: str, key: str) -> bool:
    """Whether a room has this sentence."""
    return key in _catalogue(room, "en")


def language_of(accepted: str) -> str:
    """The first language of an Accept-Language header that we speak; German if there is none."""
    for part in accepted[:200].split(","):
        short = part.strip()[:2].lower()
        if short in LANGUAGES:
            return short
    return LANGUAGES[0]


def file(room: str, language: str, name: str) -> str:
    """A whole text of a room: `<room>/texts/<language>/<name>`."""
    return _text(room, language, name)


def page(template: str, language: str, data: Mapping[str, Any]) -> str:
    """A rendered page; `template` is `<room>/pages/<name>.html`. Everything put into it is escaped."""
    return str(_pages().get_template(template).render(language=language, **data))


@cache
def _catalogue(room: str, language: str) -> dict[str, str]:
    made: dict[str, str] = json.loads((_HOUSE / room / "texts" / f"{language}.json").read_text("utf-8"))
    return made


@cache
def _text(room: str, language: str, name: str) -> str:
    return (_HOUSE / room / "texts" / language / name).read_text("utf-8")


@cache
def _pages() -> Any:
    import jinja2

    loader = jinja2.FileSystemLoader(_HOUSE)
    made = jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.globals["say"] = say
    made.globals["has_words"] = has
    return made
