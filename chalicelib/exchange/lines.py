"""The rows of a sheet by what their columns mean; whatever is wrong with one is noted with its cell, and the next is looked at."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from chalicelib.exchange import cell_rules, content, mapping_rules, meaning
from chalicelib.exchange.open_file import Sheet
from chalicelib.plumbing import forms, words
from chalicelib.plumbing.refusals import Invalid, Problem

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong: in which row of the sheet and under which heading (None: in the whole file), a code, what fills its text."""

    row: int | None
    column: str | None
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Line:
    """One row. What is read from it and is wrong lies in `troubles` then."""

    number: int
    cells: Mapping[str, Any]
    headings: Mapping[str, str]
    troubles: list[Trouble] = field(default_factory=list)

    def has(self, meant: str) -> bool:
        """Whether there is anything under this meaning."""
        return self.cells.get(meant) is not None

    def known_by(self, otherwise: str) -> str:
        """The column by which the record of this row is known."""
        return next((one for one in ("id", "external_id") if self.has(one)), otherwise)

    def read(self, meant: str, reader: Callable[[Any], _T | None]) -> _T | None:
        """The value under a meaning; None where there is none, or where it is wrong, which is noted."""
        try:
            return reader(self.cells.get(meant))
        except cell_rules.Bad as bad:
            self.wrong(meant, bad.code, **bad.params)
            return None

    def text(self, meant: str) -> str | None:
        """Text under a meaning."""
        return self.read(meant, cell_rules.text)

    def wrong(self, meant: str, code: str, **params: Any) -> None:
        """Note that something is wrong with what stands under a meaning."""
        self.troubles.append(Trouble(self.number, self.headings.get(meant, meant), code, params))

    def instant(self, meant: str, *, zone: str) -> datetime | None:
        """The instant under a meaning: a wall clock of `zone`, made exact by the offset beside it where there is one."""
        wall, offset = self.read(meant, cell_rules.wall), self.read(f"{meant}_offset", cell_rules.offset)
        if wall is None:
            return None
        return self.read(meant, lambda _: cell_rules.instant(wall, zone=zone, after=offset))

    def zone(self, otherwise: str) -> str:
        """The time zone that the row names."""
        name = self.text("timezone")
        if name is None:
            return otherwise
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            self.wrong("timezone", "unknown_zone")
        else:
            return name
        return otherwise

    def checked(
        self, fields: Sequence[forms.Field], sent: Mapping[str, Any], *, under: Mapping[str, str] | None = None
    ) -> dict[str, Any] | None:
        """`sent` as a form of these fields takes it; None where it refuses, which is noted.

        What is None was not sent. `under` says which meaning a field was read from where it is called otherwise.
        """
        given = {name: value for name, value in sent.items() if value is not None}
        try:
            return forms.read(fields, given)
        except Invalid as refused:
            self.refused(refused.problems, under=under)
            return None

    def refused(self, problems: Sequence[Problem], *, under: Mapping[str, str] | None = None) -> None:
        """Note the problems of a form."""
        for one in problems:
            name = one.field.split(".")[0].split("[")[0]
            self.wrong((under or {}).get(name, name), one.code, **one.params)


@dataclass(frozen=True, slots=True)
class Lines:
    """The rows of one sheet, and what its columns were taken for: `(heading, meaning)` in their order."""

    columns: tuple[tuple[str, str], ...]
    lines: list[Line]


def of(sheet: Sheet, *, wished: Mapping[str, str]) -> Lines:
    """The rows of a sheet as `content` or `mapping_rules` name their columns. `wished` is as `mapping_rules.suggested` takes it."""
    part = content.PARTS[sheet.name]
    own = content.taken_in(part)
    (_, first), *rest = sheet.rows or [(0, [])]
    headings = [_heading(one) for one in first]
    meant = mapping_rules.suggested(part.name, headings, own=own, wished=wished)
    if rest and _are_labels(part, headings, rest[0][1]):
        rest = rest[1:]
    named = {meaning: heading for heading, meaning in zip(headings, meant, strict=True)}
    lines = [
        Line(
            number,
            {name: value for name, value in zip(meant, values, strict=False) if name != mapping_rules.IGNORED},
            named,
        )
        for number, values in rest
    ]
    return Lines(tuple(zip(headings, meant, strict=True)), lines)


def _heading(cell: Any) -> str:
    try:
        return (cell_rules.text(cell) or "").strip()[:100]
    except cell_rules.Bad:
        return ""


def _are_labels(part: content.Part, headings: Sequence[str], values: Sequence[Any]) -> bool:
    """Whether the second row is the one in which our own files say in words what the columns are."""
    columns = {one.key: one for one in part.columns}
    pairs = [(columns.get(key), value) for key, value in zip(headings, values, strict=False) if value is not None]
    return bool(pairs) and all(
        column is not None and value in {meaning.label(column, language) for language in words.LANGUAGES}
        for column, value in pairs
    )
