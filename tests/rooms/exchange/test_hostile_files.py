"""What strangers send cannot hurt: each hostile file is refused cleanly, in bounded time and memory, and the next one is read."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from chalicelib.exchange import import_rules, open_file, reading, unpack
from tests.conftest import ROOT
from tests.worlds import hostile
from tests.worlds.brought import brought, workbook
from tests.worlds.partners import a_partner

EXPECTED = {
    "file_unsafe": {"external entity", "external entity over http", "billion laughs", "few laughs", "quadratic blow-up",
                    "entities in utf-16", "out of its folder", "absolute name", "name of a drive"},
    "file_active": {"archive inside", "macros by type", "macros", "links to other workbooks", "an embedded object"},
    "file_locked_or_old": {"enciphered", "enciphered parts"},
    "file_not_excel": {"noise", "text", "a web page", "an empty archive"},
}  # fmt: skip


def test_every_hostile_file_is_refused_and_no_opening_holds_256_megabytes(tmp_path: Path) -> None:
    files = hostile.files()
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    assert len(files) >= 25
    assert max(len(content) for content in files.values()) <= import_rules.MOST_BYTES

    done = subprocess.run(
        [sys.executable, "-m", "tests.worlds.hostile", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    told: dict[str, Any] = json.loads(done.stdout)
    assert {name: code for name, (code, _, _) in told.items() if code == "taken"} == {}
    assert len(told) == len(files)
    for code, names in EXPECTED.items():
        assert {told[name][0] for name in names} == {code}, code
    assert told["a million rows"][0] == "file_too_many_rows"
    assert told["one cell in the last column"][0] == "file_too_wide"
    assert max(peak for _, _, peak in told.values()) < 256


def test_what_only_looks_odd_is_read(tmp_path: Path) -> None:
    lying = hostile.packed(
        {**hostile.harmless(), "xl/printerSettings/printerSettings1.bin": b"\0" * 40,
         "xl/worksheets/sheet1.xml": hostile.harmless()["xl/worksheets/sheet1.xml"].replace(b'ref="A1:B2"', b'ref="A1:XFD1048576"')}
    )  # fmt: skip

    [sheet] = open_file.sheets(lying, "xlsx", wanted=["customers"])

    assert sheet.rows == [(1, ["Vorname", "Nachname"]), (2, ["Anna", "Keller"])]


def test_yes_and_no_as_libreoffice_saves_them_are_no_formulas(tmp_path: Path) -> None:
    (tmp_path / "file.xlsx").write_bytes(workbook(["Aktiv"], ["=TRUE()"], ["=FALSE()"], ["=NOT(TRUE())"]))

    read = reading.read(tmp_path / "file.xlsx", "xlsx", ["services"])

    values = [row[0] for _, row in read["sheets"][0]["rows"]]
    assert values == ["Aktiv", True, False, {"$": "formula", "v": "A4"}]


@pytest.mark.parametrize(
    "content",
    [
        b"{" * 3000,
        b"{}",
        b'{"schema": "other", "parts": []}',
        b'{"schema": "zeitfenster-export/1"}',
        b"[1]",
        b'{"a":' + b"[" * 100_000,
    ],
)
def test_json_that_is_not_ours_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "file.json").write_bytes(content)

    assert reading.read(tmp_path / "file.json", "json", ["customers"])["refused"] in ("file_not_ours", "file_broken")


def test_counting_finds_what_a_header_hides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "file.xlsx"
    file.write_bytes(hostile.packed(hostile.harmless()))
    unpack.check(file)
    monkeypatch.setattr(import_rules, "MOST_UNPACKED", 5000)
    monkeypatch.setattr(unpack, "_entries", lambda *_: None)

    with pytest.raises(unpack.Refused, match="file_too_large_inside"):
        unpack.check(file)


def test_a_process_that_dies_of_a_file_is_a_refusal_and_the_worker_goes_on(
    exports: Any, table: Any, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = a_partner(table, clock)
    monkeypatch.setattr(open_file.sys, "executable", "/bin/false")
    died = brought(exports, world.api, "customers", workbook(["Vorname"], ["Anna"]))
    monkeypatch.undo()
    monkeypatch.setenv("BUCKET_FILES", "test-files")

    assert (died["state"], [one["code"] for one in died["errors"]]) == ("refused", ["file_too_much"])
    assert exports.stored() == []
