"""The record of processing activities as an Excel file: one line for each entry, in the words of whoever asks."""

import tempfile
from base64 import b64encode
from dataclasses import astuple
from functools import cache
from pathlib import Path
from typing import Any

from chalicelib.exchange import store, workbook
from chalicelib.exchange.content import Column, Part
from chalicelib.exchange.meaning import Meaning
from chalicelib.plumbing import words
from chalicelib.privacy import processing

_COLUMNS = (
    "article", "role", "who", "purpose", "basis", "subjects", "data", "recipients", "transfers", "erasure", "measures",
)  # fmt: skip
_PART = Part("record", "record", tuple(Column(one) for one in _COLUMNS), source="product")
NAME = "zeitfenster-processing-record.xlsx"


@cache
def made(language: str) -> dict[str, str]:
    """`{name, content_type, content}`: the file in base64, for nothing but text passes through the gateway unharmed.

    It is small and the same for everybody, so it is made once for each language that is asked for here.
    """
    meanings = [_meaning(one, language) for one in _COLUMNS]
    rows = [_row(one, language) for one in processing.record(language)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / NAME
        workbook.write(path, [(_PART, meanings, iter(rows))], schema=lambda: [astuple(one) for one in meanings])
        content = path.read_bytes()
    return {"name": NAME, "content_type": store.TYPES["xlsx"], "content": b64encode(content).decode()}


def _meaning(key: str, language: str) -> Meaning:
    label = words.say("privacy", f"record.{key}", language)
    return Meaning("record", key, label, "text", "", True, "", "", "", "Art. 30 GDPR, Art. 12 DSG", "", "")


def _row(entry: dict[str, Any], language: str) -> list[str]:
    us = entry["controller"] if entry["role"] == "controller" else entry["processor"]
    who = [us["name"], *us["address"], us["contact"], *([entry["controllers"]] if "controllers" in entry else [])]
    found = {
        "article": [entry["article"]],
        "role": [words.say("privacy", f"role.{entry['role']}", language)],
        "who": who,
        "purpose": entry["purposes"],
        "basis": entry["legal_basis"],
        "subjects": entry["subject_categories"],
        "data": [f"{one['category']}: {', '.join(one['fields'])}" for one in entry["data_categories"]],
        "recipients": [_recipient(one) for one in entry["recipients"]],
        "transfers": [_recipient(one) for one in entry["transfers"]],
        "erasure": [f"{one['data']}: {one['period']} ({one['article']})" for one in entry["erasure"]],
        "measures": entry["measures"],
    }
    return ["\n".join(found[key]) for key in _COLUMNS]


def _recipient(one: dict[str, str]) -> str:
    return f"{one['name']} ({one['country']}): {one['purpose']}; {one['guarantee']}"
