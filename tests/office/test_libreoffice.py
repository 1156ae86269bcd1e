"""LibreOffice opens our workbooks, saves them, and what comes back is what went out: `make office` installs it and runs this.

It is a large program (a quarter of a gigabyte), so `make test` does not install it; where it is missing these tests say so.
"""

import json
import shutil
import subprocess
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chalicelib.exchange import canon, check_customers, content, lines, meaning, open_file, workbook
from chalicelib.plumbing import ids

# Not among them: what looks like an escape of Excel (`_x0041_`). LibreOffice reads ours rightly and saves it without its escape, so
# that the file then says `A` to whoever reads it by the standard (ECMA-376 part 1, 22.9.2.19).
TEXTS = ('=HYPERLINK("http://example.org")', "+41 79 123 45 67", "-1", "@SUM(A1)", "0041", "1e5", "true", "24.12.2026", "#N/A",
         "👩‍👧 und\nneue Zeile", "  nicht gekürzt".strip(), "ß" * 500, "'Apostroph", "|pipe")  # fmt: skip
TWICE = datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


@pytest.fixture
def soffice() -> str:
    found = shutil.which("soffice")
    if found is None:
        pytest.skip("soffice is missing (Debian package libreoffice-calc-nogui): `make office` installs it")
    return found


def saved_by(soffice: str, file: Path, folder: Path) -> Path:
    """The file as LibreOffice saves it."""
    subprocess.run(
        [soffice, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML",
         "--outdir", str(folder / "out"), str(file)],
        check=True, capture_output=True, timeout=240,
    )  # fmt: skip
    return folder / "out" / file.name


def a_workbook(file: Path, rows: dict[str, list[dict[str, Any]]]) -> None:
    """An export with these rows."""
    parts = []
    for name, listed in rows.items():
        part = content.PARTS[name]
        meanings = [meaning.of(part, column, "de") for column in part.columns]
        parts.append((part, meanings, [[one.get(column.key) for column in part.columns] for one in listed]))
    workbook.write(file, parts, schema=list)


def test_an_export_that_libreoffice_saved_is_taken_in_like_the_export_itself(soffice: str, tmp_path: Path) -> None:
    here = ZoneInfo("Europe/Zurich")
    customers = [
        {"id": ids.new(), "first_name": text[:80].replace("\n", " "), "last_name": text[:80].replace("\n", " "), "note": text, "phone": "+41791234567", "language": "de",
         "created_at": TWICE, "delete_on": date(2028, 11, 30), "no_reminders": True}
        for text in TEXTS
    ]  # fmt: skip
    appointments = [
        {"id": ids.new(), "start": start.astimezone(here), "start_offset": start.astimezone(here).isoformat()[-6:], "timezone": "Europe/Zurich",
         "price_rappen": 12_050, "sms": False, "note": text, "answers": {"a": text}}
        for start, text in zip((TWICE, TWICE + timedelta(hours=1)), TEXTS, strict=False)
    ]  # fmt: skip
    file = tmp_path / "export.xlsx"
    a_workbook(file, {"customers": customers, "appointments": appointments})

    saved = saved_by(soffice, file, tmp_path)

    before, after = (_read(one) for one in (file, saved))
    assert {name: len(found.lines) for name, found in after.items()} == {"customers": len(TEXTS), "appointments": 2}
    for name in before:
        for one, other in zip(before[name].lines, after[name].lines, strict=True):
            assert _plain(one) == _plain(other)
    people = [check_customers.person_of(line) for line in after["customers"].lines]
    assert [one["note"] if one else None for one in people] == [text.strip() for text in TEXTS]
    starts = [line.instant("start", zone=line.zone("UTC")) for line in after["appointments"].lines]
    assert starts == [TWICE, TWICE + timedelta(hours=1)]


def _read(file: Path) -> dict[str, lines.Lines]:
    sheets = open_file.sheets(file.read_bytes(), "xlsx", wanted=["customers", "appointments"])
    return {one.name: lines.of(one, wished={}) for one in sheets}


def _plain(line: lines.Line) -> dict[str, Any]:
    return json.loads(canon.text({name: value for name, value in line.cells.items() if value is not None}))  # type: ignore[no-any-return]
