"""The word about what was done: a form that had its effect puts it into the address, the next page says it."""

import re

from chalicelib.plumbing import words
from chalicelib.plumbing.door import STAY, Door
from chalicelib.plumbing.knock import Knock

_NAME = re.compile(r"[a-z_]{1,60}")


def address(door: Door, place: str | None) -> str:
    """Where a browser goes, with a word about what was done."""
    if place == STAY:
        return STAY
    if place is None:
        return f"/done/{door.form.name if door.form else ''}"
    if not words.has(door.room, f"form.{door.name}.done"):
        return place
    before, mark, fragment = place.partition("#")
    return f"{before}{'&' if '?' in before else '?'}done={door.room}.{door.name}{mark}{fragment}"


def said(knock: Knock) -> str | None:
    """The key of the word that the address asks for; None where there is none such."""
    room, _, name = str(knock.query.get("done", "")).partition(".")
    if not _NAME.fullmatch(room) or not _NAME.fullmatch(name) or not words.has(room, f"form.{name}.done"):
        return None
    return f"{room}.form.{name}.done"
