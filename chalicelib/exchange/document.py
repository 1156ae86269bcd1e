"""Write an export as one JSON document, row by row: the same content as the workbook, with instants that carry their offset."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any, TextIO

from chalicelib.exchange.content import Part
from chalicelib.exchange.meaning import Meaning
from chalicelib.exchange.rules import SCHEMA

Rows = Iterable[Sequence[Any]]


def write(
    file: Path,
    parts: Iterable[tuple[Part, Sequence[Meaning], Rows]],
    *,
    head: Mapping[str, Any],
    tail: Callable[[], Mapping[str, Any]],
) -> None:
    """Write `{schema, ...head, parts: [{name, columns, rows: [{key: value}]}], ...tail}`; `tail` is asked at the end."""
    with file.open("w", encoding="utf-8", errors="surrogatepass") as out:
        out.write(_json({"schema": SCHEMA, **head})[:-1] + ',\n"parts": [')
        for number, (part, meanings, rows) in enumerate(parts):
            out.write("," if number else "")
            _part(out, part, meanings, rows)
        out.write("],\n" + _json(tail())[1:] + "\n")


def _part(out: TextIO, part: Part, meanings: Sequence[Meaning], rows: Rows) -> None:
    out.write(f'\n{{"name": {_json(part.name)}, "columns": {_json([asdict(one) for one in meanings])}, "rows": [')
    keys = [column.key for column in part.columns]
    for number, row in enumerate(rows):
        out.write(("," if number else "") + "\n" + _json(dict(zip(keys, row, strict=True))))
    out.write("\n]}")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return int(value) if hasattr(value, "__int__") else str(value)
