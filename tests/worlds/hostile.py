"""Workbooks that somebody made to do harm, or broke; `python -m tests.worlds.hostile FOLDER` opens what lies there and says what came of it."""

import io
import json
import resource
import sys
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path

_SHEET = "xl/worksheets/sheet1.xml"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
_OPEN = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
_CLOSE = "</sheetData></worksheet>"
_LAUGH = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))


def _cell(text: str) -> str:
    return f'<c r="A1" t="inlineStr"><is><t>{text}</t></is></c>'


def harmless() -> dict[str, bytes]:
    """The parts of a small workbook as it should be."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Vorname", "Nachname"])
    sheet.append(["Anna", "Keller"])
    out = io.BytesIO()
    book.save(out)
    with zipfile.ZipFile(out) as archive:
        return {one: archive.read(one) for one in archive.namelist()}


def packed(parts: Mapping[str, bytes | str], *more: tuple[str, bytes | str]) -> bytes:
    """Parts as a workbook."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (*parts.items(), *more):
            archive.writestr(zipfile.ZipInfo(name) if name.startswith("/") else name, content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _with(name: str, content: bytes | str) -> bytes:
    return packed({**harmless(), name: content})


def _sheet(rows: str, *, before: str = "", after: str = "") -> bytes:
    return _with(_SHEET, f"{_HEAD}{before}{_OPEN}{rows}</sheetData>{after}</worksheet>")


def _dtd(definitions: str, use: str) -> bytes:
    return _sheet(f'<row r="1">{_cell(use)}</row>', before=f"<!DOCTYPE worksheet [{definitions}]>")


def _lying() -> bytes:
    """A part that unpacks to far more than its header says."""
    made = bytearray(_with("xl/media/image1.png", b"\0" * 60_000_000))
    true = (60_000_000).to_bytes(4, "little")
    for begin in range(len(made)):
        found = made.find(true, begin)
        if found < 0:
            break
        made[found : found + 4] = (1000).to_bytes(4, "little")
    return bytes(made)


def _locked() -> bytes:
    made = bytearray(packed(harmless()))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = made.find(mark)
        while at >= 0:
            made[at + place] |= 1
            at = made.find(mark, at + 4)
    return bytes(made)


def _strings(number: int) -> bytes:
    strings = f'{_HEAD}<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{"<si><t>a</t></si>" * number}</sst>'
    relations = (
        harmless()["xl/_rels/workbook.xml.rels"]
        .decode()
        .replace(
            "</Relationships>",
            '<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" '
            'Target="sharedStrings.xml"/></Relationships>',
        )
    )
    types = (
        harmless()["[Content_Types].xml"]
        .decode()
        .replace(
            "</Types>",
            '<Override PartName="/xl/sharedStrings.xml" '
            'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>',
        )
    )
    return packed(
        {
            **harmless(),
            "xl/sharedStrings.xml": strings,
            "xl/_rels/workbook.xml.rels": relations,
            "[Content_Types].xml": types,
        }
    )


def files() -> dict[str, bytes]:
    """Every one of them, by what is wrong with it."""
    million = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, 1_000_001))
    wide = "".join(f"<row>{'<c><v>1</v></c>' * 16_384}</row>" for _ in range(20))
    macro = (
        harmless()["[Content_Types].xml"]
        .replace(b"spreadsheetml.sheet.main+xml", b"x")
        .replace(
            b"application/vnd.openxmlformats-officedocument.x", b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
        )
    )
    whole = packed(harmless())
    merged = "".join(f'<mergeCell ref="A{n}:B{n}"/>' for n in range(1, 200_001))
    return {
        "external entity": _dtd('<!ENTITY x SYSTEM "file:///etc/passwd">', "&x;"),
        "external entity over http": _dtd('<!ENTITY % x SYSTEM "http://127.0.0.1:9/x">%x;', "a"),
        "billion laughs": _dtd('<!ENTITY l0 "lol">' + _LAUGH, "&l8;"),
        "few laughs": _dtd('<!ENTITY l0 "lol"><!ENTITY l1 "&l0;&l0;">', "&l1;"),
        "quadratic blow-up": _dtd(f'<!ENTITY q "{"q" * 50_000}">', "&q;" * 5_000),
        "entities in utf-16": _with(_SHEET, (
            '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE worksheet [<!ENTITY l "x">]>'
            f"{_OPEN}<row>{_cell('&l;')}</row>{_CLOSE}"
        ).encode("utf-16")),
        "bomb of zeros": _with("xl/media/image1.png", b"\0" * 200_000_000),
        "bomb that lies about its size": _lying(),
        "archive inside": _with("xl/media/image1.png", whole),
        "out of its folder": packed(harmless(), ("../../etc/cron.d/x", b"x")),
        "absolute name": packed(harmless(), ("/etc/passwd", b"x")),
        "name of a drive": packed(harmless(), ("C:evil.xml", b"<a/>")),
        "a million rows": _sheet(million),
        "16,384 columns": _sheet(wide),
        "one cell in the last column": _sheet('<row r="1"><c r="XFD1"><v>1</v></c></row>'),
        "ranges without end": _sheet('<row r="1"><c r="A1"><v>1</v></c></row>', after=f"<mergeCells>{merged}</mergeCells>"),
        "text that is not there": _sheet('<row r="1"><c r="A1" t="s"><v>99</v></c></row>'),
        "a number that is none": _sheet('<row r="1"><c r="A1"><v>abc</v></c></row>'),
        "a part twice": _twice(),
        "enciphered": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4096,
        "enciphered parts": _locked(),
        "macros by type": _with("[Content_Types].xml", macro),
        "macros": _with("xl/vbaProject.bin", b"\0" * 100),
        "cut off": whole[: len(whole) // 2],
        "noise": bytes(range(256)) * 20,
        "text": b"Vorname;Nachname\nAnna;Keller\n",
        "a web page": b"<!doctype html><table><tr><td>Vorname</td></tr></table>",
        "links to other workbooks": _with("xl/externalLinks/externalLink1.xml", "<externalLink/>"),
        "an embedded object": _with("xl/embeddings/oleObject1.bin", b"\0"),
        "a thousand parts": packed(harmless(), *((f"xl/media/{n}.png", b"x") for n in range(1000))),
        "XML nested deep": _sheet("<row>" + "<a>" * 100_000 + "</a>" * 100_000 + "</row>"),
        "millions of texts": _strings(2_900_000),
        "millions of nothing": _sheet("<a/>" * 12_000_000),
        "an empty archive": packed({}),
        "no workbook in it": packed({"[Content_Types].xml": harmless()["[Content_Types].xml"]}),
        "broken XML": _with(_SHEET, "<worksheet><sheetData><row>"),
    }  # fmt: skip


def _twice() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in harmless().items():
            archive.writestr(name, content)
        archive.writestr(_SHEET.upper(), b"<worksheet/>")
    return out.getvalue()


def opened(folder: Path) -> dict[str, tuple[str, float, int]]:
    """Open each file of a folder as an import does: what it was refused with, the seconds, the megabytes that any opening held so far.

    For a process that holds little itself: Linux counts what a child had before it became another program.
    """
    from chalicelib.exchange import open_file

    told: dict[str, tuple[str, float, int]] = {}
    for file in sorted(folder.iterdir()):
        began = time.monotonic()
        try:
            open_file.sheets(file.read_bytes(), "xlsx", wanted=["customers"])
            code = "taken"
        except open_file.FileRefused as refused:
            code = refused.code
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
        told[file.name] = (code, round(time.monotonic() - began, 2), peak)
    return told


if __name__ == "__main__":
    print(json.dumps(opened(Path(sys.argv[1]))))
