"""The page of one import: how far it is, what it would do, what is wrong in which cell, and what columns were taken for."""

from typing import Any

from chalicelib.exchange import find_imports, import_rules
from chalicelib.offering import find
from chalicelib.plumbing import words
from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """Progress while it is worked on; else the report, and the form with which it goes on while the file is there."""
    one, language = sheet.content, sheet.visit.language
    zone = find.offer_as_known(sheet.visit.partner).partner.timezone
    form = sheet.form("import-run", id=one["id"]) if one["file_until"] else None
    options = find_imports.options(one["what"])
    columns = [
        {**column, "options": [(each, _called(each, language)) for each in options.get(column["sheet"], ())]}
        for column in one["columns"]
    ]
    several = len({column["sheet"] for column in one["columns"]}) > 1
    data: dict[str, Any] = {"form": form, "zone": zone, "columns": columns, "several": several}
    return Page("exchange/pages/import.html", {**data, "most_rows": import_rules.MOST_ROWS})


def _called(meaning: str, language: str) -> str:
    """What a meaning is called for people."""
    if words.has("exchange", f"meaning.{meaning}"):
        return words.say("exchange", f"meaning.{meaning}", language)
    if words.has("exchange", f"column.{meaning}"):
        return words.say("exchange", f"column.{meaning}", language)
    bare = meaning if meaning == "customer_id" else meaning.removeprefix("customer_")
    if words.has("plumbing", f"field.{bare}"):
        return words.say("plumbing", f"field.{bare}", language)
    return meaning
