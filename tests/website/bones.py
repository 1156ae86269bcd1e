"""What a page is made of beside its words: so that what was found on it in one language can be said of it in all."""

from html.parser import HTMLParser
from typing import NamedTuple

_TELLING = frozenset({"class", "for", "headers", "name", "role", "scope", "tabindex", "type"})
"""Attributes whose value decides what an element is to those who do not see it; of all others it counts that they say something."""
_NO_END = frozenset({"br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"})
_OF_ONE_LANGUAGE = frozenset({"aria-current", "selected", "checked"})
"""Where one link or option of a list is marked, and with the language it is another one."""


class Part(NamedTuple):
    """An element wherever it stands: its way down from the page, what it is, and whether words stand in it."""

    way: tuple[str, ...]
    attributes: tuple[tuple[str, str], ...]
    has_words: bool


Bones = frozenset[Part]
"""A set, not a list: how many rows a table has today is not what a page is made of."""


def of(html: str) -> Bones:
    """The parts of a page."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return frozenset(reader.parts)


def differences(one: Bones, other: Bones) -> list[str]:
    """What only one of two pages is made of; a line for each part."""
    return sorted(f"{'only here' if part in one else 'only there'}: {part}" for part in one ^ other)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: set[Part] = set()
        self._open: list[tuple[str, tuple[tuple[str, str], ...]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        kept = tuple(sorted((name, _told(name, value)) for name, value in attrs if name not in _OF_ONE_LANGUAGE))
        way = tuple(name for name, _ in self._open)
        self.parts.add(Part((*way, tag), kept, has_words=False))
        if tag not in _NO_END:
            self._open.append((tag, kept))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._open and data.strip():
            way = tuple(name for name, _ in self._open)
            self.parts.add(Part(way, self._open[-1][1], has_words=True))


def _told(name: str, value: str | None) -> str:
    if name in _TELLING or (name.startswith("aria-") and value in {"true", "false", "page", "step", "date"}):
        return value or ""
    return "something" if value else ""
