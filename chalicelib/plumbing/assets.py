"""Style sheets, scripts and pictures of the pages: they lie beside the room that owns them and never change under one address.

`/assets/booking-times.js` is `booking/pages/times.js`; the address on a page carries the hash of the content.
"""

import hashlib
import re
from functools import cache
from pathlib import Path

from chalicelib.plumbing.refusals import Missing

TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml; charset=utf-8",
}
_HOUSE = Path(__file__).resolve().parent.parent
_NAME = re.compile(r"([a-z]+)-([a-z_]+)\.([a-z]+)")


def read(name: str) -> tuple[str, str]:
    """Content and content type of an asset. Raises Missing."""
    match = _NAME.fullmatch(name)
    if match is None or match[3] not in TYPES:
        raise Missing
    try:
        return _text(match[1], f"{match[2]}.{match[3]}"), TYPES[match[3]]
    except OSError:
        raise Missing from None


def url(name: str) -> str:
    """The address of an asset, which changes when its content does. Raises Missing: a page may name only what is there."""
    return f"/assets/{name}?v={_mark(name)}"


@cache
def _mark(name: str) -> str:
    return hashlib.sha256(read(name)[0].encode()).hexdigest()[:12]


@cache
def _text(room: str, file: str) -> str:
    return (_HOUSE / room / "pages" / file).read_text("utf-8")
