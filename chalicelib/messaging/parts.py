"""How many SMS parts a text takes: one foreign letter more than halves the room.

GSM 7-bit: 160 septets alone, 153 in each of several; the nine extension characters and the form feed take two. Any
other character makes the whole text UCS-2: 70 units alone, 67 in each of several; an emoji takes two (3GPP TS 23.038
and 23.040; SMSAPI documents 918 and 402 characters for its six parts).
"""

from dataclasses import dataclass
from typing import Literal

MAX_PARTS = 6

_PLAIN = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_ESCAPED = frozenset("\f^{}\\[~]|€")


@dataclass(frozen=True, slots=True)
class Parts:
    """`units` are septets (gsm7) or 16-bit units (ucs2) of the text itself; an empty text has no part."""

    encoding: Literal["gsm7", "ucs2"]
    units: int
    parts: int


def count(text: str) -> Parts:
    """The parts a phone network cuts the text into; a pair (escape or surrogate) is never cut apart.

    At most MAX_PARTS may be sent; this function counts on, so that a caller can say by how much a text is too long.
    """
    if _PLAIN.issuperset(text):
        # The common case, without a look at each letter.
        return Parts("gsm7", len(text), _cut([1] * len(text), alone=160, each=153))
    if (_PLAIN | _ESCAPED).issuperset(text):
        widths = [2 if letter in _ESCAPED else 1 for letter in text]
        return Parts("gsm7", sum(widths), _cut(widths, alone=160, each=153))
    widths = [2 if ord(letter) > 0xFFFF else 1 for letter in text]
    return Parts("ucs2", sum(widths), _cut(widths, alone=70, each=67))


def _cut(widths: list[int], *, alone: int, each: int) -> int:
    if not widths:
        return 0
    if sum(widths) <= alone:
        return 1
    parts, room = 1, each
    for width in widths:
        if width > room:
            parts, room = parts + 1, each
        room -= width
    return parts
