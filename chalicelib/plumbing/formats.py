"""Days, times, money and amounts as people write them in Switzerland, in German, French, Italian and English."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

LOCALES = {"de": "de_CH", "fr": "fr_CH", "it": "it_CH", "en": "en_GB"}


# What a law is called, and how Swiss and European law are cited, in the languages of the house (Federal Chancellery).
_LAWS = {
    "GDPR": {"de": "DSGVO", "fr": "RGPD", "it": "RGPD", "en": "GDPR"},
    "DSG": {"de": "DSG", "fr": "LPD", "it": "LPD", "en": "FADP"},
    "FADP": {"de": "DSG", "fr": "LPD", "it": "LPD", "en": "FADP"},
    "DSV": {"de": "DSV", "fr": "OPDo", "it": "OPDa", "en": "DPO"},
    "OR": {"de": "OR", "fr": "CO", "it": "CO", "en": "CO"},
    "MWSTG": {"de": "MWSTG", "fr": "LTVA", "it": "LIVA", "en": "VATA"},
    "UWG": {"de": "UWG", "fr": "LCD", "it": "LCSl", "en": "UCA"},
}
_CITED = {
    "de": {True: ("Abs.", "lit.", "und"), False: ("Abs.", "lit.", "und")},
    "fr": {True: ("par.", "let.", "et"), False: ("al.", "let.", "et")},
    "it": {True: ("par.", "lett.", "e"), False: ("cpv.", "lett.", "e")},
}
_LAW = re.compile(rf"\b(?:{'|'.join(_LAWS)})\b")
_ARTICLES = re.compile(rf"Art\. (?P<numbers>(?:(?!Art\.)[0-9a-z()\-, ])+?) (?P<law>{'|'.join(_LAWS)})\b")
_PARAGRAPH = re.compile(r"\((\d+)\)")
_LETTER = re.compile(r"\(([a-z])\)")
_BESIDE = re.compile(r"(?::| /| \()\s?[a-z]{2}[a-z ,-]*\)?")


def locale(language: str) -> str:
    """The locale of a language; `de-du` is German."""
    return LOCALES[language[:2]]


def instant(value: datetime | str, zone: str | None = None) -> datetime:
    """An instant on the clock of `zone`, or on the clock that its own offset shows."""
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    return at.astimezone(ZoneInfo(zone)) if zone else at


def pattern(value: datetime | date | str, how: str, language: str, zone: str | None = None) -> str:
    """A day or an instant by a CLDR pattern (`EEEE, d. MMMM`)."""
    from babel.dates import format_date, format_datetime

    read = _day_or_instant(value, zone)
    if isinstance(read, datetime):
        # Babel wants no zone here: the instant is on the right clock already, and zones need its large tables.
        return str(format_datetime(read.replace(tzinfo=None), how, locale=locale(language)))
    return str(format_date(read, how, locale=locale(language)))


def clock(value: datetime | time | str, zone: str | None = None) -> str:
    """`09:05`, the same in all four languages; on the clocks of a zone, in the hour that comes twice in autumn, `02:30 (+02:00)`."""
    if isinstance(value, time):
        return f"{value.hour:02}:{value.minute:02}"
    at = instant(value, zone)
    first, second = at.replace(fold=0).utcoffset(), at.replace(fold=1).utcoffset()
    which = f" ({at.isoformat()[-6:]})" if first != second else ""
    return f"{at.hour:02}:{at.minute:02}{which}"


def clock_to_the_second(value: datetime, zone: str) -> str:
    """`09:05:30` on the clock of `zone`; for an instant that does not fall on a second, the next one."""
    at = instant(value + timedelta(microseconds=-value.microsecond % 1_000_000), zone)
    return f"{at.hour:02}:{at.minute:02}:{at.second:02}"


def stamp(value: datetime | str) -> str:
    """An instant as HTML's `datetime` wants it: to the second, with its offset."""
    return instant(value).isoformat(timespec="seconds")


def day(value: datetime | date | str, language: str, zone: str | None = None) -> str:
    """`24.12.2026`, `24/12/2026` in English."""
    return pattern(value, "dd/MM/y" if language == "en" else "dd.MM.y", language, zone)


def long_day(value: datetime | date | str, language: str, zone: str | None = None) -> str:
    """`Donnerstag, 24. Dezember 2026`."""
    how = {"de": "EEEE, d. MMMM y", "fr": "EEEE d MMMM y", "it": "EEEE d MMMM y", "en": "EEEE, d MMMM y"}
    return pattern(value, how[language[:2]], language, zone)


def short_day(value: datetime | date | str, language: str, zone: str | None = None) -> str:
    """`Do., 24. Dez.`."""
    how = {"de": "EEE, d. MMM", "fr": "EEE d MMM", "it": "EEE d MMM", "en": "EEE, d MMM"}
    return pattern(value, how[language[:2]], language, zone)


def month(value: datetime | date | str, language: str) -> str:
    """`Dezember 2026`."""
    return pattern(value, "LLLL y", language)


def money(rappen: int, currency: str = "CHF") -> str:
    """`CHF 85.00`, thousands apart as Swiss invoices write them."""
    francs, rest = divmod(abs(rappen), 100)
    return f"{currency} {'-' if rappen < 0 else ''}{francs:,}.{rest:02}".replace(",", "’")


def number(value: float, language: str) -> str:
    """A number with the separators of the language."""
    from babel.numbers import format_decimal

    return str(format_decimal(value, locale=locale(language)))


def percent(share: float, language: str) -> str:
    """A share between 0 and 1 as a whole percentage."""
    from babel.numbers import format_percent

    return str(format_percent(share, locale=locale(language)))


def duration(minutes: int) -> str:
    """`45 min`, `1 h 30 min`: the same symbols in all four languages."""
    hours, rest = divmod(minutes, 60)
    return " ".join(
        part for part in (f"{hours} h" if hours else "", f"{rest} min" if rest or not hours else "") if part
    )


def phone(e164: str) -> str:
    """`+41 44 555 01 00` from `+41445550100`; a number of another country stays as it is."""
    if len(e164) == 12 and e164.startswith("+41"):
        return " ".join((e164[:3], e164[3:5], e164[5:8], e164[8:10], e164[10:]))
    return e164


def country(code: str, language: str) -> str:
    """A country by its name: `Schweiz`."""
    from babel import Locale

    return str(Locale.parse(locale(language)).territories.get(code, code))


def countries(codes: Iterable[str], language: str) -> list[tuple[str, str]]:
    """Codes and names of countries: Switzerland and those around it, then the others by their names."""
    first = ("CH", "LI", "DE", "AT", "FR", "IT")
    named = {code: country(code, language) for code in codes}
    rest = sorted((code for code in named if code not in first), key=lambda code: _folded(named[code]))
    return [(code, named[code]) for code in (*first, *rest) if code in named]


def law(cited: str, language: str) -> str:
    """Articles as they are cited in the language: "Art. 6(1)(b) GDPR" is "Art. 6 Abs. 1 lit. b DSGVO" in German.

    What is said beside an article ("(consent, double opt-in)") is English and stays with the English.
    """
    spoken = language[:2]
    if spoken == "en":
        return _LAW.sub(lambda found: _LAWS[found[0]][spoken], cited)

    def told(found: re.Match[str]) -> str:
        name = found["law"]
        paragraph, letter, both = _CITED[spoken][name == "GDPR"]
        numbers = _PARAGRAPH.sub(rf" {paragraph} \1", found["numbers"])
        numbers = " ".join(_LETTER.sub(rf" {letter} \1", numbers).split())
        numbers = numbers.replace(f" and {letter}", " and").replace(" and ", f" {both} ")
        return f"Art. {numbers} {_LAWS[name][spoken]}"

    return _ARTICLES.sub(told, _BESIDE.sub("", cited))


def wait(seconds: int) -> str:
    """How long to wait, to the second: `4 min 12 s`, the same symbols in all four languages."""
    minutes, rest = divmod(seconds, 60)
    parts = (duration(minutes) if minutes else "", f"{rest} s" if rest or not minutes else "")
    return " ".join(part for part in parts if part)


def size(number: int) -> str:
    """How many bytes, rounded down: `5 MB`, `256 KB`, the same in all four languages."""
    return f"{number // 1024**2} MB" if number >= 1024**2 else f"{number // 1024} KB"


def _folded(name: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKD", name) if letter.isalpha()).casefold()


def _day_or_instant(value: Any, zone: str | None) -> datetime | date:
    if isinstance(value, str):
        return date.fromisoformat(value) if len(value) == 10 else instant(value, zone)
    return instant(value, zone) if isinstance(value, datetime) else value
