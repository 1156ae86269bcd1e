"""Texts from the files that lie beside the room that owns them, in German (Sie and du), French, Italian and English."""

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from chalicelib.plumbing import formats

LANGUAGES = ("de", "fr", "it", "en")
_QUALITY = re.compile(r"[01](\.\d{0,3})?")
_HOUSE = Path(__file__).resolve().parent.parent


def say(room: str, key: str, language: str, params: Mapping[str, object] | None = None) -> str:
    """One sentence of a room, filled in; of `key.one` and `key.other` the one that fits the number `n` in `params`.

    `language` is one of LANGUAGES, or `de-du` for German that says du. Raises KeyError for a sentence nobody wrote: a
    missing text is a defect.
    """
    catalogue = _catalogue(room, language)
    sentence = catalogue.get(key)
    if sentence is None:
        n = (params or {})["n"]
        assert isinstance(n, int)
        sentence = catalogue[f"{key}.{_plural(n, language)}"]
    return sentence.format_map(params or {})


def informal(language: str, salutation: str) -> str:
    """The language of a partner's own pages and messages: German comes in two kinds."""
    return "de-du" if language == "de" and salutation == "du" else language


def has(room: str, key: str) -> bool:
    """Whether a room has this sentence."""
    return (_HOUSE / room / "texts" / "en.json").exists() and key in _catalogue(room, "en")


def language_of(accepted: str) -> str:
    """The language of an Accept-Language header that is wished for most among those we speak; German if there is none."""
    spoken = [(quality, one.partition("-")[0]) for one, quality in wishes(accepted) if quality > 0]
    known = [(quality, one) for quality, one in spoken if one in LANGUAGES]
    return max(known, key=lambda wish: wish[0], default=(0.0, LANGUAGES[0]))[1]


def wishes(header: str) -> list[tuple[str, float]]:
    """What a header of the Accept family names, in small letters, each with its quality; of one too long, the beginning.

    What cannot be read as a quality counts as 1 (RFC 9110, 12.4.2).
    """
    made = []
    for part in header[:500].lower().split(","):
        name, *attributes = (each.strip() for each in part.split(";"))
        quality = next((each[2:].strip() for each in attributes if each.startswith("q=")), "1")
        if name:
            made.append((name, float(quality) if _QUALITY.fullmatch(quality) else 1.0))
    return made


def file(room: str, language: str, name: str) -> str:
    """A whole text of a room: `<room>/texts/<language>/<name>`; German that says du has those that differ."""
    if language == "de-du" and not (_HOUSE / room / "texts" / language / name).exists():
        language = "de"
    return _text(room, language, name)


@cache
def _catalogue(room: str, language: str) -> dict[str, str]:
    if language == "de-du":
        others = _HOUSE / room / "texts" / "de-du.json"
        return {**_catalogue(room, "de"), **(json.loads(others.read_text("utf-8")) if others.exists() else {})}
    made: dict[str, str] = json.loads((_HOUSE / room / "texts" / f"{language}.json").read_text("utf-8"))
    return made


def _plural(n: int, language: str) -> str:
    from babel import Locale

    form = str(Locale.parse(formats.LOCALES[language[:2]]).plural_form(n))
    return form if form == "one" else "other"  # French and Italian "many" are for millions


@cache
def _text(room: str, language: str, name: str) -> str:
    return (_HOUSE / room / "texts" / language / name).read_text("utf-8")
