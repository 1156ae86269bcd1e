"""Check a whole file against the account: every row, every problem with its cell, and what would be done."""

from collections.abc import Mapping, Sequence

import msgspec

from chalicelib.exchange import (
    check_appointments,
    check_customers,
    check_employees,
    check_services,
    import_rules,
    lines,
)
from chalicelib.exchange.lines import Line, Trouble
from chalicelib.exchange.open_file import FileRefused, Sheet
from chalicelib.exchange.steps import Asked, Found, Step


class Checked(msgspec.Struct):
    """What is to be done, in its order, and what is wrong. Nothing is to be done where anything is wrong.

    `columns` are `[sheet, heading, meaning]`.
    """

    steps: list[Step]
    troubles: list[Trouble]
    columns: list[list[str]]
    rows: int
    unchanged: int
    skipped: int


def check(asked: Asked, what: str, sheets: Sequence[Sheet], *, wished: Mapping[str, str]) -> Checked:
    """Check the sheets of an import of a kind. Raises FileRefused for a file without a table in it."""
    wanted = import_rules.WHAT[what]
    named = {one.name: one for one in sheets if one.name in wanted}
    if not named and sheets:
        named = {wanted[0]: Sheet(wanted[0], sheets[0].rows)}  # a file of others: its first sheet is meant
    if not any(one.rows for one in named.values()):
        raise FileRefused("file_no_table", {})
    read = {name: lines.of(sheet, wished=wished) for name, sheet in named.items()}
    for name, one in read.items():
        if all(meant == "-" for _, meant in one.columns):
            raise FileRefused("file_no_column", {"sheet": name})
    found = _found(asked, what, {name: one.lines for name, one in read.items()})
    every = [line for one in read.values() for line in one.lines]
    return Checked(
        steps=found.steps,
        troubles=[trouble for line in every for trouble in _each_once(line.troubles)],
        columns=[[name, heading, meant] for name, one in read.items() for heading, meant in one.columns if heading],
        rows=len(every),
        unchanged=found.unchanged,
        skipped=found.skipped,
    )


def _each_once(troubles: list[Trouble]) -> list[Trouble]:
    """A cell that was read twice is wrong once."""
    return list({(one.row, one.column, one.code): one for one in troubles}.values())


def _found(asked: Asked, what: str, read: Mapping[str, list[Line]]) -> Found:
    if what == "employees":
        return check_employees.check(asked, read)
    checks = {
        "customers": check_customers.check,
        "services": check_services.check,
        "appointments": check_appointments.check,
    }
    return checks[what](asked, read[what])
