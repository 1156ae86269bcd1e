"""The colours of mails: the style sheet of the pages cannot reach them, so its values stand here once more, and a test compares."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Colours:
    """A colour on light and on dark ground; letters on it are `ON_LIGHT` and `ON_DARK`."""

    light: str
    dark: str


ACCENTS: Mapping[str, Colours] = {
    "green": Colours("#0b6b57", "#6fd3b9"),
    "blue": Colours("#1d58b0", "#94bbff"),
    "violet": Colours("#6440ae", "#c4acff"),
    "red": Colours("#ab2420", "#ffaca5"),
    "orange": Colours("#8f4700", "#ffba7a"),
    "pink": Colours("#a02565", "#ff9fce"),
    "teal": Colours("#00616f", "#76d3e4"),
    "grey": Colours("#434e58", "#bac6d0"),
}
TOKENS: Mapping[str, Colours] = {
    "ground": Colours("#faf9f6", "#14181a"),
    "surface": Colours("#ffffff", "#1c2225"),
    "ink": Colours("#1b2321", "#ebf0ee"),
    "quiet": Colours("#56615d", "#a9b5b1"),
    "line": Colours("#dfdfd8", "#333c40"),
    "on-accent": Colours("#ffffff", "#0d1b18"),
}
