"""Have a stranger's file opened by a process of its own, which may die of it: this one only reads what that wrote down."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chalicelib.exchange import import_rules as rules

_STARTING_SECONDS = 20  # a cold machine loads slowly; what the file itself may take is bounded in the process


class FileRefused(Exception):
    """The file is not taken at all; `code` has a sentence in every language."""

    def __init__(self, code: str, params: dict[str, Any]) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet as it was read: its rows with their numbers, the first of them the headings."""

    name: str
    rows: list[tuple[int, list[Any]]]


def sheets(content: bytes, file_format: str, *, wanted: Sequence[str]) -> list[Sheet]:
    """The `wanted` sheets of a workbook (its first one where it has none of them) or of a JSON export of ours.

    Values are as `reading` describes them. Raises FileRefused.
    """
    with tempfile.TemporaryDirectory() as folder:
        file, out = Path(folder) / f"file.{file_format}", Path(folder) / "out"
        file.write_bytes(content)
        command = [sys.executable, "-m", "chalicelib.exchange.reading", str(file), str(out), file_format, *wanted]
        # Neither keys nor settings go along: whatever a file brought the process to do, it could do nothing here.
        own = {
            "PYTHONPATH": os.pathsep.join(str(Path(one).resolve()) for one in sys.path),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        try:
            done = subprocess.run(  # noqa: S603 - our own interpreter and module; no word of a stranger is among them
                command, env=own, cwd=folder, timeout=rules.MOST_SECONDS + _STARTING_SECONDS, check=False,
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise FileRefused("file_too_slow", {"most": rules.MOST_SECONDS}) from None
        if done.returncode != 0 or not out.exists():
            slow = -done.returncode in (9, 24)  # SIGKILL and SIGXCPU end what has used up its time
            raise FileRefused("file_too_slow" if slow else "file_too_much", {"most": rules.MOST_SECONDS})
        found = json.loads(out.read_bytes())
    if "refused" in found:
        raise FileRefused(found["refused"], found["params"])
    return [Sheet(one["name"], [(number, values) for number, values in one["rows"]]) for one in found["sheets"]]
