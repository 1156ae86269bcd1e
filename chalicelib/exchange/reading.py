"""The process in which a stranger's file is opened: it has little memory, little time, no keys, and writes down what it read.

`python -m chalicelib.exchange.reading FILE OUT FORMAT SHEET...` writes `{"sheets": [{"name", "rows": [[number, [value]]]}]}` or
`{"refused": code, "params": {}}`. A value is JSON; a moment is `{"$": "moment" | "day" | "clock" | "span", "v": text}`, a
cell without a value `{"$": "formula" | "error_value", "v": address}`.
"""

import json
import re
import resource
import sys
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from chalicelib.exchange import import_rules as rules
from chalicelib.exchange import unpack, workbook

_MEGABYTE = 1024 * 1024


def read(file: Path, file_format: str, sheets: Sequence[str]) -> dict[str, Any]:
    """What `file` holds, as JSON values; a refusal is a result, too."""
    try:
        rows = _of_workbook(file, sheets) if file_format == "xlsx" else _of_document(file, sheets)
        return {"sheets": _counted(rows)}
    except unpack.Refused as refused:
        return {"refused": refused.code, "params": refused.params}
    except MemoryError:
        return {"refused": "file_too_much", "params": {}}
    except Exception:  # noqa: BLE001 - a file can break a reader in any way; it is the file's fault in each
        return {"refused": "file_broken", "params": {}}


Row = tuple[str, int, list[Any]]


def _of_workbook(file: Path, sheets: Sequence[str]) -> Iterator[Row]:
    unpack.check(file)
    for title, number, values in workbook.cells(file, sheets):
        if len(values) > rules.MOST_COLUMNS and any(value is not None for value in values[rules.MOST_COLUMNS :]):
            raise unpack.Refused("file_too_wide", most=rules.MOST_COLUMNS)
        yield re.sub(r" \d+$", "", title), number, [_told(value) for value in values[: rules.MOST_COLUMNS]]


def _of_document(file: Path, sheets: Sequence[str]) -> Iterator[Row]:
    """An export of ours in JSON: each part is a sheet, and a row's number is its place in it."""
    try:
        found = json.loads(file.read_bytes())
        parts = {part["name"]: part for part in found["parts"]}
        if not str(found["schema"]).startswith("zeitfenster-export/"):
            raise unpack.Refused("file_not_ours")
    except (ValueError, RecursionError, LookupError, TypeError):
        raise unpack.Refused("file_not_ours") from None
    for name in sheets:
        if name not in parts:
            continue
        keys = [str(one["key"]) for one in parts[name]["columns"]]
        yield name, 0, list(keys)
        for number, row in enumerate(parts[name]["rows"], 1):
            yield name, number, [_told(row.get(key)) for key in keys]


def _counted(rows: Iterator[Row]) -> list[dict[str, Any]]:
    found: dict[str, list[list[Any]]] = {}
    characters = 0
    for name, number, values in rows:
        listed = found.setdefault(name, [])
        listed.append([number, values])
        if len(listed) > rules.MOST_ROWS + workbook.HEADINGS:
            raise unpack.Refused("file_too_many_rows", most=rules.MOST_ROWS)
        characters += sum(len(value) for value in values if isinstance(value, str))
        if characters > rules.MOST_CHARACTERS:
            raise unpack.Refused("file_too_much")
    return [{"name": name, "rows": listed} for name, listed in found.items()]


def _told(value: Any) -> Any:
    if isinstance(value, workbook.Unusable):
        return {"$": value.code, "v": value.where}
    if isinstance(value, datetime):
        return {"$": "moment", "v": value.replace(tzinfo=None).isoformat()}
    if isinstance(value, date):
        return {"$": "day", "v": value.isoformat()}
    if isinstance(value, time):
        return {"$": "clock", "v": value.isoformat()}
    if isinstance(value, timedelta):
        return {"$": "span", "v": str(int(value.total_seconds()))}
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    if value is None or isinstance(value, str | int | float):
        return value
    return str(value)


def _bounded() -> None:
    """From here on the kernel says no: to more memory, to more time, to more than the answer on disk."""
    for what, most in (
        (resource.RLIMIT_DATA, rules.MOST_MEGABYTES * _MEGABYTE),
        (resource.RLIMIT_CPU, rules.MOST_SECONDS),
        (resource.RLIMIT_FSIZE, 64 * _MEGABYTE),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    _bounded()
    _file, _out, _format, *_sheets = sys.argv[1:]
    Path(_out).write_text(json.dumps(read(Path(_file), _format, _sheets)), "utf-8")
