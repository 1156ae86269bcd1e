"""Short texts for people in their own language, and times as their messages write them."""

import unicodedata
from collections.abc import Mapping
from datetime import datetime

from chalicelib.messaging import parts, rules
from chalicelib.plumbing import formats, words

ROOM = "messaging"


def sms(kind: str, language: str, values: Mapping[str, str]) -> str:
    """The text of an SMS; the name of the practice gives way so that one part is enough where that is possible.

    Letters of the practice's name that would more than halve the room (Crêperie) lose their accents.
    """
    template = words.file(ROOM, language, f"{kind}.sms.txt").strip()
    practice = plain(values["practice"])
    rest = len(template.format_map({**values, "practice": ""}))
    return template.format_map({**values, "practice": rules.shortened(practice, rules.GSM_LETTERS - rest)})


def long_time(at: datetime, zone: str, language: str, *, until: datetime | None = None) -> str:
    """`Montag, 23. November 2026, 14:30 Uhr`, on the clocks of `zone`; with `until`, `14:30–15:15 Uhr`."""
    clock = formats.clock(at, zone) + (f"–{formats.clock(until, zone)}" if until else "")
    return f"{formats.long_day(at, language, zone)}, {clock}{' Uhr' if language.startswith('de') else ''}"


def short_time(at: datetime, zone: str, language: str) -> str:
    """`Mo 23.11. 14:30`, on the clocks of `zone`."""
    return f"{short_day(at, zone, language)} {formats.clock(at, zone)}"


def short_day(at: datetime, zone: str, language: str) -> str:
    """`Mo 23.11.`, on the calendar of `zone`."""
    return formats.pattern(at, "ccc d.M.", language, zone)


def plain(name: str) -> str:
    """A name without the accents that would more than halve the room of an SMS (Creperie)."""
    return "".join(letter if parts.count(letter).encoding == "gsm7" else _bare(letter) for letter in name)


def _bare(letter: str) -> str:
    bare = unicodedata.normalize("NFKD", letter).encode("ascii", "ignore").decode()
    return bare or letter
