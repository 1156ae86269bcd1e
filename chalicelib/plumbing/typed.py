"""What people type into a page becomes what programs send: boxes, lists, wall clocks, francs, rows of a table.

A page has only names and texts. `price_chf=85.50` is a field in Rappen, `start_local` and `start_zone` are an instant
(`start_day` and `start_time` in two boxes; a day alone is the whole of it), `weekly.mon.0.1` is a value inside an object
or a list, and an empty row is no row. Rows of `key` and `value` are an object: `dates.0.key`, `dates.0.value.0.1`.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from chalicelib.plumbing.forms import Field

_FRANCS = re.compile(r"\s*(\d{1,7})(?:[.,](\d{1,2})|[.,](?:-|–|—))?\s*", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,4}")
_DEEPEST = 5


def untyped(fields: Sequence[Field], sent: Mapping[str, Any]) -> dict[str, Any]:
    """The same content as a program would have sent it (numbers and booleans may still be text)."""
    made = _nested({name: value for name, value in sent.items() if "." in name})
    flat: dict[str, Any] = {name: value for name, value in sent.items() if "." not in name}
    for one in fields:
        if one.name in made:
            flat.setdefault(one.name, _of_rows(one, made.pop(one.name)))
        _instant(one, flat)
        _money(one, flat)
        value = flat.get(one.name)
        if one.many and one.name in flat:
            # A page shows one empty line more than there are entries.
            flat[one.name] = [each for each in (value if isinstance(value, list) else [value]) if each != ""]
        elif one.kind == "boolean" and value == ["false", "true"]:
            flat[one.name] = "true"  # the box is ticked; unticked, only the hidden "false" is sent
    return {**flat, **{name: _listed(value) for name, value in made.items()}}


def _instant(one: Field, flat: dict[str, Any]) -> None:
    names = [f"{one.name}_{what}" for what in ("local", "day", "time", "zone")]
    local, day, clock, zone = (flat.get(name) for name in names)
    given = isinstance(local, str) or isinstance(day, str)
    if one.kind != "instant" or one.name in flat or not given or not isinstance(zone, str):
        return
    for name in names:
        flat.pop(name, None)
    if not isinstance(local, str):
        local = f"{day}T{clock}" if day and isinstance(clock, str) and clock else str(day)
    flat[one.name] = local
    try:
        wall = datetime.fromisoformat(local)
        whole = len(local) == len("2026-12-24")
        if whole and one.closing:
            wall += timedelta(days=1)
        at = wall.replace(tzinfo=ZoneInfo(zone)) if wall.tzinfo is None else wall
        there = at.astimezone(UTC).astimezone(at.tzinfo)
    except (ValueError, OverflowError, ZoneInfoNotFoundError, OSError):
        return
    if there.replace(tzinfo=None) == at.replace(tzinfo=None):
        flat[one.name] = at.isoformat()
    elif whole:
        flat[one.name] = there.isoformat()  # where midnight is skipped, a day begins later
    else:
        flat[one.name] = f"{local}[{zone}]"  # an hour that clocks skip is no instant, and refused as such


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
    return tree


def _of_rows(one: Field, value: Any) -> Any:
    """An object or a list of objects from the rows of a page; what a row always holds (an id, a choice, a box) fills none."""
    idle = frozenset(p.name for p in one.parts if p.name == "id" or p.options is not None or p.kind == "boolean")
    listed = _listed(value, idle)
    if one.many and isinstance(listed, list):
        return [_of_parts(one.parts, row) for row in listed]
    if not one.many and isinstance(listed, list) and all(_is_keyed(row) for row in listed):
        return _by_key(listed)
    return listed


def _of_parts(parts: Sequence[Field], row: Any) -> Any:
    if not isinstance(row, dict):
        return row
    kinds = {part.name: part for part in parts}
    made = {name: _of_part(kinds.get(name), value) for name, value in row.items()}
    return {name: value for name, value in made.items() if value != ""}


def _of_part(part: Field | None, value: Any) -> Any:
    if part is not None and part.many:
        lines = value.splitlines() if isinstance(value, str) else value
        return [each.strip() for each in lines if each.strip()] if _are_texts(lines) else value
    if part is not None and part.kind == "boolean":
        last = value[-1] if isinstance(value, list) else value
        return {"true": True, "on": True, "false": False}.get(last, last) if isinstance(last, str) else value
    return value


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _is_keyed(row: Any) -> bool:
    return isinstance(row, dict) and set(row) <= {"key", "value"} and isinstance(row.get("key", ""), str)


def _by_key(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for row in rows:
        key, value = row.get("key", ""), row.get("value", [])
        before = made.get(key, [])
        # What was written in two rows under one key is meant together.
        made[key] = before + value if isinstance(before, list) and isinstance(value, list) else value
    return made


def _listed(value: Any, idle: frozenset[str] = frozenset()) -> Any:
    """Objects whose names are numbers are lists; rows in which nothing was typed are left out."""
    if not isinstance(value, dict):
        return value
    inner = {name: _listed(each) for name, each in value.items()}
    if inner and all(_NUMBER.fullmatch(name) for name in inner):
        rows = [inner[name] for name in sorted(inner, key=int)]
        return [row for row in rows if not _empty(row, idle)]
    return inner


def _empty(value: Any, idle: frozenset[str] = frozenset()) -> bool:
    if isinstance(value, dict):
        return all(name in idle or _empty(each) for name, each in value.items())
    if isinstance(value, list):
        return all(_empty(each) for each in value)
    return value is None or (isinstance(value, str) and not value.strip())
