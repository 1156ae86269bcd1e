"""What a mail says, once: a subject and blocks, read from the file of its kind; its text and its page are two drawings of them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from chalicelib.messaging.own_rules import Piece
from chalicelib.plumbing import words

ROOM = "messaging"
FACTS = "[facts]"
_LINK = re.compile(r"\[([^\]\n]+)\]\(([^)\n]+)\)")


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph (its lines apart by line ends), the place of the facts, or a link with what it is called.

    The first link of a letter is what should be done: it is a `button`.
    """

    kind: Literal["text", "facts", "button", "link"]
    text: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Sender:
    """On whose behalf a letter goes: the name on its head, the colour, where and how they are reached."""

    name: str
    accent: str
    place: str | None = None
    phone: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail before it is drawn. `preheader` is what a list of mails shows beside the subject; `why` says why it came.

    `facts` are pairs of a label and what it is; `more` is a link at the very end, as (what it is called, address).
    """

    subject: str
    preheader: str
    blocks: tuple[Block, ...]
    facts: tuple[tuple[str, str], ...]
    sender: Sender
    why: str
    language: str
    more: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Own:
    """What a partner says in its own words, filled in; None where ours are said."""

    subject: str | None
    pieces: Sequence[Piece] | None


def written(
    kind: str,
    language: str,
    values: Mapping[str, str],
    *,
    facts: Sequence[tuple[str, str]] = (),
    sender: Sender,
    why: str,
    more: tuple[str, str] | None = None,
    own: Own | None = None,
) -> Letter:
    """The letter of a kind, in our words or as far as there are any in those of the partner (`own`); links are ours."""
    subject, blocks = _of_file(kind, language, values)
    if own is not None and own.subject:
        subject = own.subject
    if own is not None and own.pieces:
        blocks = _of_pieces(own.pieces, links=[one for one in blocks if one.address])
    said = [one.text for one in blocks if one.kind == "text"]
    preheader = ", ".join(what for _, what in facts[:2]) or " ".join(said[1].split())
    return Letter(subject, preheader, tuple(blocks), tuple(facts), sender, why, language[:2], more)


def _of_file(kind: str, language: str, values: Mapping[str, str]) -> tuple[str, list[Block]]:
    """The first line of the file of a kind is the subject, then comes a block after every empty line.

    What a block is, is decided before anything is filled in: what somebody typed is never more than text.
    """
    subject, *parts = words.file(ROOM, language, f"{kind}.mail.txt").strip().split("\n\n")
    blocks: list[Block] = []
    for part in parts:
        link = _LINK.fullmatch(part)
        if part == FACTS:
            blocks.append(Block("facts"))
        elif link is None:
            blocks.append(Block("text", part.format_map(values)))
        else:
            first = all(one.kind != "button" for one in blocks)
            blocks.append(Block("button" if first else "link", link[1].format_map(values), link[2].format_map(values)))
    return subject.format_map(values), blocks


def _of_pieces(pieces: Sequence[Piece], *, links: Sequence[Block]) -> list[Block]:
    blocks: list[Block] = []
    for one in pieces:
        if one.kind == "link":
            blocks += links
        else:
            blocks.append(Block("facts") if one.kind == "details" else Block("text", one.text))
    return blocks
