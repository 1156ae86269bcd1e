"""Texts for people in their own language: the files beside this room, filled in; dates as people write them."""

import unicodedata
from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from chalicelib.messaging import parts, rules
from chalicelib.plumbing import words

ROOM = "messaging"
_LOCALES = {"de": "de_CH", "fr": "fr_CH", "it": "it_CH", "en": "en_GB"}
_LONG = {
    "de": "EEEE, d. MMMM y, HH:mm 'Uhr'",
    "fr": "EEEE d MMMM y, HH:mm",
    "it": "EEEE d MMMM y, HH:mm",
    "en": "EEEE, d MMMM y, HH:mm",
}
_SHORT = "ccc d.M. HH:mm"


def mail(kind: str, language: str, values: Mapping[str, str]) -> tuple[str, str]:
    """Subject and text of a mail: the first line of the file, and what follows the empty line."""
    subject, _, text = words.file(ROOM, language, f"{kind}.mail.txt").partition("\n\n")
    return subject.strip().format_map(values), text.strip().format_map(values) + "\n"


def sms(kind: str, language: str, values: Mapping[str, str]) -> str:
    """The text of an SMS; the name of the practice gives way so that one part is enough where that is possible.

    Letters of the practice's name that would more than halve the room (Crêperie) lose their accents.
    """
    template = words.file(ROOM, language, f"{kind}.sms.txt").strip()
    practice = _plain(values["practice"])
    rest = len(template.format_map({**values, "practice": ""}))
    return template.format_map({**values, "practice": rules.shortened(practice, rules.GSM_LETTERS - rest)})


def long_time(at: datetime, zone: str, language: str) -> str:
    """`Montag, 23. November 2026, 14:30 Uhr`, on the clocks of `zone`."""
    return _formatted(at, zone, _LONG[language], language)


def short_time(at: datetime, zone: str, language: str) -> str:
    """`Mo 23.11. 14:30`, on the clocks of `zone`."""
    return _formatted(at, zone, _SHORT, language)


def _formatted(at: datetime, zone: str, pattern: str, language: str) -> str:
    from babel.dates import format_datetime

    # Babel wants no zone here: the instant is on the right clock already, and zones need its large tables.
    local = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    return str(format_datetime(local, pattern, locale=_LOCALES[language]))


def _plain(name: str) -> str:
    return "".join(letter if parts.count(letter).encoding == "gsm7" else _bare(letter) for letter in name)


def _bare(letter: str) -> str:
    bare = unicodedata.normalize("NFKD", letter).encode("ascii", "ignore").decode()
    return bare or letter
