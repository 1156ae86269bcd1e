"""What an import is going to do, one record after the other: decided by checking the whole file, written down, then done."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from chalicelib.exchange.lines import Line, Trouble
from chalicelib.offering.find import Offer
from chalicelib.plumbing import ids, keyring


class Step(msgspec.Struct, frozen=True):
    """One record: of which kind, under which id, from which row, with which values (JSON). `new` says whether it is not here yet."""

    what: str  # employee, hours, absence, service, customer, appointment
    id: str
    row: int
    new: bool
    values: dict[str, Any]


class Asked(msgspec.Struct, frozen=True):
    """For whom a file is checked, and against which state of the account."""

    partner_id: str
    at: datetime
    role: str
    offer: Offer


class Found(msgspec.Struct):
    """What came of checking: what is to be done, how many rows are here already as they are, how many are left out, what is wrong."""

    steps: list[Step] = msgspec.field(default_factory=list)
    unchanged: int = 0
    skipped: int = 0
    troubles: list[Trouble] = msgspec.field(default_factory=list)


def id_of(asked: Asked, kind: str, name: str) -> str:
    """The id of what a file calls `name`: itself where it is one of ours, else one that is always the same for this name here.

    So the same file comes in once, and nothing has to be kept of the names that others gave.
    """
    if ids.is_id(name):
        return name
    plain = f"{asked.partner_id}\n{kind}\n{name.strip().casefold()}"
    return ids.named(hmac.new(keyring.key("import"), plain.encode("utf-8", "surrogatepass"), hashlib.sha256).digest())


def once(seen: dict[str, int], line: Line, meant: str, name: str) -> bool:
    """Whether `name` is new in this file; else it is noted at the line."""
    first = seen.setdefault(name, line.number)
    if first != line.number:
        line.wrong(meant, "twice_in_file", row=first)
    return first == line.number


def differing(values: Mapping[str, Any], known: Any) -> dict[str, Any]:
    """Those of the values that are given and are not what is known."""
    return {name: value for name, value in values.items() if value is not None and value != getattr(known, name)}
