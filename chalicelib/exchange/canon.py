"""The content hash of an export: the same for the same content, whatever the file, the order of its rows or their types' looks."""

import hashlib
import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from chalicelib.exchange.content import Part
from chalicelib.exchange.rules import SCHEMA

_MODULUS = 2**256


def value(one: Any) -> Any:
    """One value as it is compared: instants as wall time to the millisecond, lists and objects as sorted JSON."""
    if isinstance(one, datetime):
        return one.replace(tzinfo=None).isoformat(timespec="milliseconds")
    if isinstance(one, date):
        return one.isoformat()
    if isinstance(one, list | tuple | dict):
        return text(one)
    return None if one == "" else one  # a sheet knows no difference between nothing and an empty text


def text(one: Any) -> str:
    """A list or an object as one line of JSON, its names sorted."""
    return json.dumps(one, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


class Digest:
    """Adds up one part. Rows are hashed one by one and the sum is taken, so that their order does not count.

    It finds what was lost or changed on the way; it proves nothing against somebody who wants to deceive.
    """

    def __init__(self, part: Part) -> None:
        self.rows = 0
        self._part = part
        self._places = [place for place, column in enumerate(part.columns) if column.restored]
        self._sum = 0

    def add(self, row: Sequence[Any]) -> None:
        """Count one row, its values in the order of the columns."""
        line = text([value(row[place]) for place in self._places])
        self._sum = (
            self._sum + int.from_bytes(hashlib.sha256(line.encode("utf-8", "surrogatepass")).digest())
        ) % _MODULUS
        self.rows += 1

    @property
    def hexadecimal(self) -> str:
        """The hash of the part: its name, its columns, how many rows, and their sum."""
        keys = [self._part.columns[place].key for place in self._places]
        return hashlib.sha256(
            text([SCHEMA, self._part.name, keys, self.rows, f"{self._sum:064x}"]).encode()
        ).hexdigest()


def whole(digests: Sequence[Digest]) -> str:
    """The hash of a file: those of its parts, by name."""
    return hashlib.sha256(text([one.hexadecimal for one in digests]).encode()).hexdigest()
