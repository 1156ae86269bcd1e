"""A letter as HTML that mail programs understand: tables, styles in place, no picture, nothing that is fetched."""

from chalicelib.messaging import colours
from chalicelib.messaging.letter import Letter
from chalicelib.plumbing import draw


def drawn(letter: Letter) -> str:
    """The page; everything in it is escaped, whatever people call themselves."""
    data = {"letter": letter, "accent": colours.ACCENTS[letter.sender.accent], "tokens": colours.TOKENS}
    return draw.page("messaging/pages/mail.html", letter.language, data)
