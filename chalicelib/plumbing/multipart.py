"""A form sent in parts (RFC 7578): its fields as text, and its file as it is, byte for byte."""

import re
from typing import Any

from chalicelib.plumbing.forms import File
from chalicelib.plumbing.refusals import Malformed

MOST_PARTS = 100
_BOUNDARY = re.compile(r';\s*boundary=(?:"([^"\r\n]{1,70})"|([^\s;,"]{1,70}))', re.IGNORECASE)
_NAME = re.compile(rb';\s*name="([^"\r\n]{1,200})"', re.IGNORECASE)
_IS_FILE = re.compile(rb";\s*filename\*?=", re.IGNORECASE)


def read(raw: bytes, content_type: str) -> dict[str, Any]:
    """The fields by name: text, a list of texts where a name occurs twice, `File` for what has a file name.

    Raises Malformed for what no browser would send.
    """
    boundary = _BOUNDARY.search(content_type)
    if boundary is None:
        raise Malformed("not_readable")
    mark = b"\r\n--" + (boundary[1] or boundary[2]).encode()
    first, *parts = (b"\r\n" + raw).split(mark)
    if first or not parts or not parts[-1].startswith(b"--") or len(parts) > MOST_PARTS:
        raise Malformed("not_readable")
    found: dict[str, Any] = {}
    for part in parts[:-1]:
        name, value = _part(part)
        if name not in found:
            found[name] = value
        elif isinstance(value, File) or isinstance(found[name], File):
            raise Malformed("not_readable")
        else:
            found[name] = [*(found[name] if isinstance(found[name], list) else [found[name]]), value]
    return found


def _part(part: bytes) -> tuple[str, str | File]:
    head, parted, content = part.partition(b"\r\n\r\n")
    headers = {
        name.strip().lower(): value.strip() for name, _, value in (line.partition(b":") for line in head.split(b"\r\n"))
    }
    disposition = headers.get(b"content-disposition", b"")
    name = _NAME.search(disposition)
    if not parted or name is None:
        raise Malformed("not_readable")
    try:
        if _IS_FILE.search(disposition):
            kind = headers.get(b"content-type", b"application/octet-stream").partition(b";")[0].strip()
            return name[1].decode(), File(content, kind.decode("ascii").lower())
        return name[1].decode(), content.decode()
    except UnicodeDecodeError:
        raise Malformed("not_readable") from None
