"""The one place that speaks Excel: a workbook written row by row, every value typed, and read back the same."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import zip_longest
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet import _read_only
from openpyxl.xml import DEFUSEDXML

from chalicelib.exchange import canon
from chalicelib.exchange.content import FIELDS, Column, Meaning, Part

if not DEFUSEDXML:
    # Without it XML of strangers could blow up entities. Nothing is read or written here then.
    raise ImportError("defusedxml is missing")

MOST_ROWS = 1_048_576  # of a sheet, headings included (Microsoft, "Excel specifications and limits")
MOST_CHARACTERS = 32_767  # of a cell, in UTF-16 code units (the same page)
SCHEMA_SHEET = "schema"
LONG_TEXTS = "long_texts"
HEADINGS = 2
_PIECE = 4_600  # each character may become the seven of an escape, and all of them must fit into a cell
# What XML 1.0 cannot hold, the carriage return that it would turn into a line feed, and whatever already looks like an
# escape: ECMA-376 part 1, 22.9.2.19 (ST_Xstring).
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LIKE_A_FORMULA = ("=", "+", "-", "@", "\t", "_x000D_", "|", "#")
_FORMATS = {"day": "yyyy-mm-dd", "instant": "yyyy-mm-dd hh:mm:ss", "local": "yyyy-mm-dd hh:mm"}
_CONSTANTS = {
    "=TRUE()": True,
    "=FALSE()": False,
}  # how LibreOffice saves yes and no: formulas in nothing but their form
_WIDTHS = {"day": 12, "instant": 20, "local": 17, "integer": 12, "flag": 10, "text": 24, "json": 36}

Rows = Iterable[Sequence[Any]]


def write(
    file: Path,
    parts: Iterable[tuple[Part, Sequence[Meaning], Rows]],
    *,
    schema: Callable[[], Sequence[Sequence[str | int | bool]]],
    most_rows: int = MOST_ROWS,
) -> None:
    """Write a workbook with one sheet for each part (more where it has too many rows), then its schema.

    Row 1 holds the keys with a note each, row 2 the labels. `schema` is asked at the end, when hashes are known; each of
    its lines has the fields of Meaning. Memory does not grow with the rows: openpyxl writes each sheet to a temporary file.
    """
    book = Workbook(write_only=True)
    long_texts = _LongTexts(book)
    for part, meanings, rows in parts:
        _sheets(book, part, meanings, rows, most_rows=most_rows, long_texts=long_texts)
    sheet = book.create_sheet(SCHEMA_SHEET)
    sheet.freeze_panes = "A2"
    for place in range(1, len(FIELDS) + 1):
        sheet.column_dimensions[get_column_letter(place)].width = 40 if place > 8 else 22
    sheet.append([_bold(sheet, name) for name in FIELDS])
    kept = _Cells(sheet)
    for line in schema():
        sheet.append(kept.text(value) if isinstance(value, str) else value for value in line)
    book.save(file)


def read(file: Path) -> dict[str, tuple[list[str], list[list[Any]]]]:
    """What a workbook of `write` holds: keys and rows of each part, as the canonical values that the content hash is made of.

    For files of our own making; whatever strangers send needs the limits of an import.
    """
    book = load_workbook(file, read_only=True)
    found: dict[str, tuple[list[str], list[list[Any]]]] = {}
    lengthened = _long_texts(book)
    days = {(one["sheet"], one["key"]) for one in _described(book) if one["type"] == "day"}
    for title in book.sheetnames:
        if title in (SCHEMA_SHEET, LONG_TEXTS):
            continue
        lines: Iterator[tuple[Any, ...]] = book[title].iter_rows(values_only=True)
        keys = [str(one) for one in next(lines)]
        next(lines)
        name = re.sub(r" \d+$", "", title)
        _, rows = found.setdefault(name, (keys, []))
        for number, line in enumerate(lines, HEADINGS + 1):
            row = [_read(value, is_day=(name, key) in days) for key, value in zip_longest(keys, line)]
            for place, text in enumerate(row, 1):
                if more := lengthened.get((title, number, place)):
                    row[place - 1] = "".join([text, *more])
            rows.append(row)
    book.close()
    return found


def cells(file: Path, sheets: Sequence[str]) -> Iterator[tuple[str, int, list[Any]]]:
    """The rows of some sheets of a stranger's workbook, (title, number, values); of its first one where it has none of them.

    `customers 2` is `customers` going on. A value is text, a number, yes or no, a moment (`date`, `time`, `timedelta`),
    None, or `Unusable`. Rows that are empty are left out; nothing is kept, so memory does not grow with the rows. What
    openpyxl raises for a file that is not what it says is not caught here.
    """
    # Where a sheet does not say how large it is, as ours do not, openpyxl would read all of it once more to find that out.
    _read_only.ReadOnlyWorksheet._get_size = lambda _sheet: None  # type: ignore[attr-defined]  # noqa: SLF001 - no other way to say so
    book = load_workbook(file, read_only=True, keep_links=False)
    try:
        lengthened = _long_texts(book)
        own = [one for one in book.sheetnames if re.sub(r" \d+$", "", one) in sheets]
        shown = [one.title for one in book.worksheets if one.sheet_state == "visible"] or book.sheetnames[:1]
        for title in own or shown[:1]:
            sheet = book[title]
            sheet.reset_dimensions()  # what the file says of its size is not to be relied on
            for row in sheet.iter_rows():
                values = [_plain(cell) for cell in row]
                if any(value is not None for value in values):
                    number = next(cell.row for cell in row if cell.value is not None)
                    for place, text in enumerate(values, 1):
                        if more := lengthened.get((title, number, place)):
                            values[place - 1] = "".join([text, *more])
                    yield title, number, values
    finally:
        book.close()


@dataclass(frozen=True, slots=True)
class Unusable:
    """A cell that holds no value: `formula` or `error`, and where (`B7`)."""

    code: str
    where: str


def _plain(cell: Any) -> Any:
    value = cell.value
    if value is None or value == "":
        return None
    if cell.data_type == "f" and value in _CONSTANTS:
        return _CONSTANTS[value]
    if cell.data_type in ("f", "e"):
        return Unusable("formula" if cell.data_type == "f" else "error_value", cell.coordinate)
    if isinstance(value, str):
        return unescaped(value)
    return value


def _long_texts(book: Any) -> dict[tuple[str, int, int], list[str]]:
    found: dict[tuple[str, int, int], list[str]] = {}
    if LONG_TEXTS in book.sheetnames:
        for sheet, row, column, _, text in book[LONG_TEXTS].iter_rows(min_row=2, values_only=True):
            found.setdefault((str(sheet), int(row), int(column)), []).append(unescaped(str(text)))
    return found


def described(file: Path) -> list[dict[str, Any]]:
    """The lines of a workbook's schema."""
    book = load_workbook(file, read_only=True)
    made = _described(book)
    book.close()
    return made


def _described(book: Any) -> list[dict[str, Any]]:
    lines: Iterator[tuple[Any, ...]] = book[SCHEMA_SHEET].iter_rows(values_only=True)
    names = [str(one) for one in next(lines)]
    return [dict(zip_longest(names, (_read(value) for value in line))) for line in lines]


def escaped(text: str) -> str:
    """Text as a cell can hold it; `unescaped` takes it back."""
    return _UNWRITABLE.sub(lambda match: f"_x{ord(match[0]):04X}_", text)


def unescaped(text: str) -> str:
    """What `escaped` was given."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)


def _read(value: Any, *, is_day: bool = False) -> Any:
    if isinstance(value, str):
        return unescaped(value)
    return canon.value(value.date() if is_day and isinstance(value, datetime) else value)


def _sheets(
    book: Any, part: Part, meanings: Sequence[Meaning], rows: Rows, *, most_rows: int, long_texts: "_LongTexts"
) -> None:
    number, left = 1, 0
    sheet: Any = None
    kept: Any = None
    for row in rows:
        if sheet is None or left == 0:
            _filtered(sheet, part, most_rows)
            sheet = _headed(book, part.name if number == 1 else f"{part.name} {number}", part.columns, meanings)
            kept, number, left = _Cells(sheet), number + 1, most_rows - HEADINGS
        at = most_rows - left + 1
        sheet.append(_cells(kept, part.columns, row, at, long_texts))
        left -= 1
    if sheet is None:
        sheet, left = _headed(book, part.name, part.columns, meanings), most_rows - HEADINGS
    _filtered(sheet, part, most_rows - left)


def _headed(book: Any, title: str, columns: Sequence[Column], meanings: Sequence[Meaning]) -> Any:
    sheet = book.create_sheet(title)
    sheet.freeze_panes = f"A{HEADINGS + 1}"
    for place, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(place)].width = _WIDTHS[column.kind]
    sheet.append([_key(sheet, one) for one in meanings])
    sheet.append([_bold(sheet, one.label) for one in meanings])
    return sheet


def _filtered(sheet: Any, part: Part, last_row: int) -> None:
    if sheet is not None:
        sheet.auto_filter.ref = f"A{HEADINGS}:{get_column_letter(len(part.columns))}{max(last_row, HEADINGS)}"


def _key(sheet: Any, meaning: Meaning) -> Any:
    cell = _bold(sheet, meaning.key)
    lines = (meaning.label, f"{meaning.type} {meaning.unit}".strip(), meaning.values, meaning.source, meaning.purpose,
             meaning.recipients, meaning.retention)  # fmt: skip
    cell.comment = Comment("\n".join(line for line in lines if line), "Zeitfenster", height=180, width=320)
    return cell


def _bold(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, text)
    cell.font = Font(bold=True)
    return cell


def _cells(
    kept: "_Cells", columns: Sequence[Column], row: Sequence[Any], at: int, long_texts: "_LongTexts"
) -> Iterator[Any]:
    for place, (column, value) in enumerate(zip(columns, row, strict=True), 1):
        if isinstance(value, list | tuple | dict):
            value = canon.text(value)
        if isinstance(value, str):
            yield kept.text(value if len(value) <= _PIECE else long_texts.rest_of(kept.title, at, place, value))
        elif isinstance(value, date):
            yield kept.moment(column.kind, value)
        else:
            yield value


class _Cells:
    """The cells of a sheet that need a style: one each, filled anew, since openpyxl writes a cell before it asks for the next."""

    def __init__(self, sheet: Any) -> None:
        self.title = sheet.title
        self._text = WriteOnlyCell(sheet)
        self._text.quotePrefix = True
        self._moments = {kind: WriteOnlyCell(sheet) for kind in _FORMATS}
        for kind, cell in self._moments.items():
            cell.number_format = _FORMATS[kind]

    def text(self, value: str) -> Any:
        """Text that stays text: what a spreadsheet might take for a formula or an error is forced, its value unchanged."""
        text = escaped(value)
        if not text.startswith(_LIKE_A_FORMULA):
            return text
        self._text.value = text
        self._text.data_type = "s"
        return self._text

    def moment(self, kind: str, value: date) -> Any:
        """A day, or an instant as wall time."""
        cell = self._moments.get(kind) or self._moments["day"]
        cell.value = value.replace(tzinfo=None) if isinstance(value, datetime) else value
        return cell


class _LongTexts:
    """The rest of texts that are too long for a cell, in a sheet of its own that is made when the first one comes."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._sheet: Any = None
        self._cells: Any = None

    def rest_of(self, title: str, row: int, column: int, text: str) -> str:
        """Keep all but the beginning of a text that does not fit; what belongs into the cell itself."""
        if len(escaped(text).encode("utf-16-le", "surrogatepass")) // 2 <= MOST_CHARACTERS:
            return text
        if self._sheet is None:
            self._sheet = self._book.create_sheet(LONG_TEXTS)
            self._cells = _Cells(self._sheet)
            self._sheet.append(["sheet", "row", "column", "piece", "text"])
        pieces = [text[start : start + _PIECE] for start in range(0, len(text), _PIECE)]
        for number, piece in enumerate(pieces[1:], 2):
            self._sheet.append([title, row, column, number, self._cells.text(piece)])
        return pieces[0]
