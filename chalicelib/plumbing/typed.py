"""What people type into a page becomes what programs send: boxes, lists, wall clocks, francs, rows of a table.

A page has only names and texts. `price_chf=85.50` is a field in Rappen, `start_local` and `start_zone` are an instant,
`weekly.mon.0.1` is a value inside an object or a list, and an empty row is no row.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from chalicelib.plumbing.forms import Field

_FRANCS = re.compile(r"\s*(\d{1,7})(?:[.,](\d{1,2})|[.,](?:-|–|—))?\s*")
_DEEPEST = 5


def untyped(fields: Sequence[Field], sent: Mapping[str, Any]) -> dict[str, Any]:
    """The same content as a program would have sent it (numbers and booleans may still be text)."""
    made = _nested({name: value for name, value in sent.items() if "." in name})
    flat: dict[str, Any] = {name: value for name, value in sent.items() if "." not in name}
    for one in fields:
        if one.name in made:
            flat.setdefault(one.name, made.pop(one.name))
        _instant(one, flat)
        _money(one, flat)
        value = flat.get(one.name)
        if one.many and one.name in flat:
            # A page shows one empty line more than there are entries.
            flat[one.name] = [each for each in (value if isinstance(value, list) else [value]) if each != ""]
        elif one.kind == "boolean" and value == ["false", "true"]:
            flat[one.name] = "true"  # the box is ticked; unticked, only the hidden "false" is sent
    return {**flat, **made}


def _instant(one: Field, flat: dict[str, Any]) -> None:
    local, zone = flat.get(f"{one.name}_local"), flat.get(f"{one.name}_zone")
    if one.kind != "instant" or not isinstance(local, str) or not isinstance(zone, str) or one.name in flat:
        return
    del flat[f"{one.name}_local"], flat[f"{one.name}_zone"]
    flat[one.name] = local
    if not local:
        return
    try:
        wall = datetime.fromisoformat(local)
        at = wall.replace(tzinfo=ZoneInfo(zone)) if wall.tzinfo is None else wall
        there = at.astimezone(UTC).astimezone(at.tzinfo)
    except (ValueError, OverflowError, ZoneInfoNotFoundError, OSError):
        return
    # An hour that clocks skip stays as it was typed, without an offset, and is refused as such.
    if there.replace(tzinfo=None) == at.replace(tzinfo=None):
        flat[one.name] = at.isoformat()


def _money(one: Field, flat: dict[str, Any]) -> None:
    if not one.name.endswith("_rappen"):
        return
    name = one.name.removesuffix("_rappen") + "_chf"
    if name not in flat or one.name in flat:
        return
    francs = flat.pop(name)
    match = _FRANCS.fullmatch(francs) if isinstance(francs, str) else None
    flat[one.name] = str(int(match[1]) * 100 + int((match[2] or "0").ljust(2, "0"))) if match else francs


def _nested(dotted: Mapping[str, Any]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for name, value in dotted.items():
        *path, last = name.split(".")
        if len(path) > _DEEPEST:
            continue
        place = tree
        for part in path:
            inner = place.setdefault(part, {})
            if not isinstance(inner, dict):
                break
            place = inner
        else:
            place.setdefault(last, value)
    return {name: _listed(value) for name, value in tree.items()}


def _listed(value: Any) -> Any:
    """Objects whose names are numbers are lists; rows in which nothing was typed are left out."""
    if not isinstance(value, dict):
        return value
    inner = {name: _listed(each) for name, each in value.items()}
    if inner and all(name.isdecimal() for name in inner):
        rows = [inner[name] for name in sorted(inner, key=int)]
        return [row for row in rows if not _empty(row)]
    return inner


def _empty(value: Any) -> bool:
    if isinstance(value, dict):
        return all(_empty(each) for each in value.values())
    if isinstance(value, list):
        return all(_empty(each) for each in value)
    return value in ("", None)
