"""Our name for a message at a vendor: opaque, and the address of its outbox row can be read from it."""

import re

_SHAPE = re.compile(r"([A-Za-z0-9]{1,64})\.([A-Za-z0-9_-]{1,180})")


def of(pk: str, sk: str) -> str:
    """The reference of an outbox row: at most 255 letters, safe in a URL and in the vendor's comma-separated lists."""
    return f"{pk.removesuffix('#outbox')}.{sk}"


def address(reference: str) -> tuple[str, str] | None:
    """The outbox row (partition, id) of a reference, or None for what is not one of ours."""
    found = _SHAPE.fullmatch(reference)
    return (f"{found[1]}#outbox", found[2]) if found else None
