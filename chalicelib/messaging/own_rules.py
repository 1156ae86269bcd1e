"""What a partner's own text may say: known placeholders, all that the reader needs, and no address of a website."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from chalicelib.messaging import parts

KINDS = ("confirmation", "moved", "cancelled", "reminder")
"""The messages that customers get, in the order of an appointment's life."""

IN_SUBJECT = ("first_name", "last_name", "service", "employee", "date", "time", "company", "phone")
IN_BODY = (*IN_SUBJECT, "details", "link")
IN_SMS = ("date", "time", "company", "phone", "link")
"""An SMS passes through a vendor and lies open on a locked phone: it names neither the person nor the service."""
PLACEHOLDERS: Mapping[str, tuple[str, ...]] = {"subject": IN_SUBJECT, "body": IN_BODY, "sms": IN_SMS}

LONGEST_SUBJECT = 150
LONGEST_BODY = 2000
LONGEST_SMS = 500
MOST_SMS_PARTS = 3

_PLACEHOLDER = re.compile(r"\{\s*(\w+)\s*\}")
_BRACED = re.compile(r"\{[^{}\n]{0,40}\}?|\}")
_BLOCK = re.compile(r"\{\s*(details|link)\s*\}")
_MAIL_ADDRESS = re.compile(r"[\w.+-]+@(?:[\w-]+\.)+[^\W\d_]{2,}")
# What telephones and mail programs make a link of: a scheme, www, or words with nothing but a full stop between them.
_WEB_ADDRESS = re.compile(r"\w*://\S*|\bwww[.。．｡]\S*|\b(?:[\w-]+[.。．｡])+[^\W\d_]{2,}\b(?:/\S*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Words:
    """What one kind of message says in one language; None where it is said in our words."""

    subject: str | None = None
    body: str | None = None
    sms: str | None = None


@dataclass(frozen=True, slots=True)
class Unfit:
    """What is wrong with a text: the field, a code of the texts, and what fills it."""

    field: str
    code: str
    params: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a mail: a paragraph, the place of the details, or the place of the buttons."""

    kind: Literal["text", "details", "link"]
    text: str = ""


def needed(kind: str) -> tuple[str, ...]:
    """What an SMS of a kind may not lack: who writes and when it is; the way to change it where that can still be.

    All partners' SMS carry one sender's name, so the reader knows only from the text whose it is. A mail lacks nothing:
    details and buttons stand at its end if no place was named for them.
    """
    return ("company", "date", "time") if kind == "cancelled" else ("company", "date", "time", "link")


def unfit(kind: str, words: Words) -> list[Unfit]:
    """Everything that is wrong with a partner's own words, in the order of the fields."""
    found: list[Unfit] = []
    for field, text in (("subject", words.subject), ("body", words.body), ("sms", words.sms)):
        if not text:
            continue
        known = PLACEHOLDERS[field]
        strange = next((one[0] for one in _BRACED.finditer(text) if _name(one[0]) not in known), None)
        if strange is not None:
            found.append(Unfit(field, "placeholder_unknown", {"found": strange, "known": listed(known)}))
        address = web_address(text)
        if address is not None:
            found.append(Unfit(field, "web_address", {"found": address}))
    if words.sms:
        missing = [name for name in needed(kind) if name not in names(words.sms)]
        if missing:
            found.append(Unfit("sms", "placeholder_missing", {"missing": listed(missing)}))
    return found


def names(text: str) -> frozenset[str]:
    """The placeholders that a text holds."""
    return frozenset(_PLACEHOLDER.findall(text))


def listed(placeholders: tuple[str, ...] | list[str]) -> str:
    """Placeholders as people read them in a sentence."""
    return ", ".join(f"{{{name}}}" for name in placeholders)


def web_address(text: str) -> str | None:
    """The first thing in a text that a telephone would make a link of, mail addresses aside; None if there is none."""
    visible = "".join(letter for letter in text if unicodedata.category(letter) != "Cf")
    found = _WEB_ADDRESS.search(_MAIL_ADDRESS.sub(" ", visible))
    return found[0][:60] if found else None


def filled(text: str, values: Mapping[str, str]) -> str:
    """A text with its placeholders filled in; what came in is never read as a placeholder again, unknown ones stay."""
    whole = _PLACEHOLDER.sub(lambda one: values.get(one[1], one[0]), text)
    return "\n".join(line.rstrip() for line in whole.split("\n"))


def laid_out(body: str, values: Mapping[str, str]) -> list[Piece]:
    """The parts of a mail in their order. Details and buttons are always there, each once, at the end if need be.

    Where they stand is decided before anything is filled in.
    """
    pieces: list[Piece] = []
    for place, part in enumerate(_BLOCK.split(body)):
        if place % 2 == 0:
            pieces += [Piece("text", filled(one.strip(), values)) for one in re.split(r"\n\s*\n", part) if one.strip()]
        elif part == "details" and Piece("details") not in pieces:
            pieces.append(Piece("details"))
        elif part == "link" and Piece("link") not in pieces:
            pieces.append(Piece("link"))
    return pieces + [one for one in (Piece("details"), Piece("link")) if one not in pieces]


def strange_letters(text: str) -> str:
    """The letters that more than halve the room of an SMS, each once."""
    return "".join(dict.fromkeys(letter for letter in text if parts.count(letter).encoding != "gsm7"))


def _name(braced: str) -> str:
    found = _PLACEHOLDER.fullmatch(braced)
    return found[1] if found else ""
