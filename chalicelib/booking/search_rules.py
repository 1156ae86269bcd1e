"""Whom somebody means who types a name or a number into a search."""

import unicodedata

_LEAST_DIGITS = 4


def means(wanted: str, *, first_name: str, last_name: str, phone: str | None) -> bool:
    """Whether `wanted` is this person: every word begins one of the names, or the digits end the number.

    Case and accents do not matter (`elodie` finds Élodie), nor do spaces and the zero or `+41` before a number.
    """
    digits = "".join(letter for letter in wanted if letter.isdecimal())
    if len(digits) >= _LEAST_DIGITS and not any(letter.isalpha() for letter in wanted):
        return phone is not None and _local(phone).endswith(_local(wanted))
    # A word of a double name counts too: people search for Müller, not for von Hohenstein-Müller.
    names = [part for part in plain(f"{first_name} {last_name}").replace("-", " ").split() if part]
    words = plain(wanted).replace("-", " ").split()
    return bool(words) and all(any(name.startswith(word) for name in names) for word in words)


def plain(text: str) -> str:
    """Letters without case and accents."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def _local(number: str) -> str:
    digits = "".join(letter for letter in number if letter.isdecimal())
    for prefix in ("0041", "41", "0"):
        if digits.startswith(prefix) and len(digits) > len(prefix) + _LEAST_DIGITS:
            return digits.removeprefix(prefix)
    return digits
