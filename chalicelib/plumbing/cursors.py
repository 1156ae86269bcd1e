"""Where a list goes on, as outsiders see it: opaque, and only good for the partition it was made for."""

import base64
from collections.abc import Mapping
from typing import Any

import msgspec

from chalicelib.plumbing import keyring
from chalicelib.plumbing.refusals import Malformed


def write(partition: str, next_key: Mapping[str, Any] | None) -> str | None:
    """The cursor that stands for a key; None at the end of a list."""
    if next_key is None:
        return None
    plain = msgspec.json.encode({name: value["S"] for name, value in next_key.items()}).decode()
    seal = keyring.fingerprint("cursor", partition + "\n" + plain)
    return base64.urlsafe_b64encode(f"{seal}{plain}".encode()).decode().rstrip("=")


def read(partition: str, cursor: str | None) -> dict[str, Any] | None:
    """The key a cursor stands for. Raises Malformed for one that we did not make for this partition."""
    if not cursor:
        return None
    try:
        whole = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except ValueError:
        raise Malformed("cursor_invalid") from None
    seal, plain = whole[:32], whole[32:]
    if not keyring.matches("cursor", partition + "\n" + plain, seal):
        raise Malformed("cursor_invalid")
    return {name: {"S": value} for name, value in msgspec.json.decode(plain).items()}
