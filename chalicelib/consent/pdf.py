"""A set text as a PDF: pages, an embedded font, a structure for screen readers, and nothing but ASCII on the way.

API Gateway hands on bytes only to clients that ask for them first in Accept, which no browser does; so every stream is in
ASCII85 and the document travels as text. What is written follows ISO 32000-1 (sections in brackets).
"""

import base64
import hashlib
import json
import unicodedata
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from chalicelib.consent.typeset import Line, Part, Set

_FONTS = Path(__file__).resolve().parent / "fonts"
_WIDTH, _HEIGHT, _MARGIN, _FOOT = 595, 842, 64, 40  # A4 in points (1/72 inch)
_BODY, _SMALL, _LEADING = 9.5, 8.0, 1.45
_STYLES = {"H1": (19.0, True, 0.0, 4.0), "H2": (11.0, True, 13.0, 3.0), "P": (_BODY, False, 0.0, 5.0)}
_BULLET_INDENT, _LABEL_WIDTH = 12, 130


@dataclass(frozen=True, slots=True)
class Paper:
    """What stands on the paper beside the text: pairs of a label and what it is, a line at the foot, the day it was made.

    `site` goes before links, which are printed in full; `page` says how pages are counted (`Seite {n} von {all}`).
    """

    language: str
    facts: Sequence[tuple[str, str]]
    foot: str
    page: str
    made_on: date
    site: str


@dataclass(slots=True)
class _Sheet:
    """One page: what is drawn, and the blocks it holds a piece of, in the order of their marks."""

    drawn: list[str] = field(default_factory=list)
    marks: list[int] = field(default_factory=list)


class _Font:
    """One of the two fonts, and the letters of it that are used."""

    def __init__(self, name: str) -> None:
        self.name, self.table = name, _table(name)
        self.used: dict[int, tuple[str, int]] = {}

    def width(self, text: str, size: float) -> float:
        return sum(self._glyph(letter)[1] for letter in text) * size / 1000

    def code(self, text: str) -> str:
        made = ""
        for letter in text:
            glyph, width = self._glyph(letter)
            self.used[glyph] = (letter, width)
            made += f"{glyph:04X}"
        return made

    def _glyph(self, letter: str) -> tuple[int, int]:
        glyphs = self.table["glyphs"]
        found = glyphs.get(letter) or glyphs.get(unicodedata.normalize("NFKD", letter)[:1]) or glyphs["?"]
        return found[0], found[1]


def document(what: Set, paper: Paper) -> str:
    """The whole file as ASCII text; the same input gives the same file."""
    regular, bold = _Font("regular"), _Font("bold")
    blocks, sheets = _laid_out(what, paper, regular, bold)
    for number, sheet in enumerate(sheets, 1):
        sheet.drawn.append("/Artifact BMC")
        counted = paper.page.format(n=number, all=len(sheets))
        right = _WIDTH - _MARGIN - regular.width(counted, _SMALL)
        sheet.drawn += [
            _shown(regular, paper.foot, _MARGIN, _FOOT, _SMALL),
            _shown(regular, counted, right, _FOOT, _SMALL),
        ]
        sheet.drawn.append("EMC")
    return _file(what.title, paper, blocks, sheets, (regular, bold))


def _laid_out(what: Set, paper: Paper, regular: _Font, bold: _Font) -> tuple[list[str], list[_Sheet]]:
    """The tag of every block, and the pages they stand on."""
    tags: list[str] = []
    sheets = [_Sheet()]
    y = float(_HEIGHT - _MARGIN)
    for tag, line, indent, label in _blocks(what, paper):
        size, strong, before, after = _STYLES[tag]
        leading = size * (_LEADING if tag == "P" else 1.25)
        rows = list(_wrapped(line, size, _WIDTH - 2 * _MARGIN - indent, (regular, bold), strong=strong))
        kept = leading * 3.5 if tag == "H2" else leading * min(len(rows), 2)  # no heading alone at the foot of a page
        y -= before if sheets[-1].drawn else 0
        if y - kept < _FOOT + 24:
            sheets.append(_Sheet())
            y = float(_HEIGHT - _MARGIN)
        tags.append(tag)
        _open(sheets[-1], tag, len(tags) - 1)
        for number, row in enumerate(rows):
            if y - leading < _FOOT + 24:
                sheets[-1].drawn.append("EMC")
                sheets.append(_Sheet())
                y = float(_HEIGHT - _MARGIN)
                _open(sheets[-1], tag, len(tags) - 1)
            y -= leading
            if label and number == 0:
                sheets[-1].drawn.append(_shown(regular, label, _MARGIN, y, size))
            x = float(_MARGIN + indent)
            for font, text in row:
                sheets[-1].drawn.append(_shown(font, text, x, y, size))
                x += font.width(text, size)
        sheets[-1].drawn.append("EMC")
        y -= after
    return tags, sheets


def _blocks(what: Set, paper: Paper) -> Iterator[tuple[str, Line, int, str]]:
    yield "H1", (Part(what.title),), 0, ""
    if what.subtitle:
        yield "P", (Part(what.subtitle),), 0, ""
    for label, said in paper.facts:
        yield "P", (Part(said),), _LABEL_WIDTH, label
    for section in what.sections:
        if section.name:
            yield "H2", (Part(f"{section.number}. {section.name}" if section.number else section.name),), 0, ""
        for block in section.blocks:
            for line in block.lines:
                told = tuple(
                    Part(f"{one.text} ({paper.site}{one.href})") if one.href.startswith("/") else one for one in line
                )
                yield "P", told, _BULLET_INDENT if block.is_list else 0, "•" if block.is_list else ""


def _wrapped(
    line: Line, size: float, room: float, fonts: tuple[_Font, _Font], *, strong: bool
) -> Iterator[list[tuple[_Font, str]]]:
    """Rows that fit; between words of one font there is one run."""
    row: list[tuple[_Font, str]] = []
    left = room
    for part in line:
        font = fonts[1] if strong or part.strong else fonts[0]
        words = [piece for word in part.text.split(" ") for piece in _pieces(word, size, room, font)]
        for number, word in enumerate(words):
            spaced = f" {word}" if number and row else word
            width = font.width(spaced, size)
            if row and width > left:
                yield row
                row, left, spaced = [], room, word
                width = font.width(word, size)
            if row and row[-1][0] is font:
                row[-1] = (font, row[-1][1] + spaced)
            else:
                row.append((font, spaced))
            left -= width
    if row:
        yield row


def _pieces(word: str, size: float, room: float, font: _Font) -> list[str]:
    """A word, or where it is wider than a row (a hash, an address) pieces of it that fit."""
    if font.width(word, size) <= room:
        return [word]
    letters = int(room / (font.width(word, size) / len(word)))
    return [word[first : first + letters] for first in range(0, len(word), letters)]


def _open(sheet: _Sheet, tag: str, block: int) -> None:
    sheet.drawn.append(f"/{tag} <</MCID {len(sheet.marks)}>> BDC")
    sheet.marks.append(block)


def _shown(font: _Font, text: str, x: float, y: float, size: float) -> str:
    return f"BT /{font.name} {size:g} Tf 1 0 0 1 {x:.2f} {y:.2f} Tm <{font.code(text)}> Tj ET"


# ---------------------------------------------------------------- the file


def _file(title: str, paper: Paper, tags: Sequence[str], sheets: Sequence[_Sheet], fonts: Sequence[_Font]) -> str:
    objects: list[str] = []

    def add(body: str) -> int:
        objects.append(body)
        return len(objects)

    catalog, pages, root = add(""), add(""), add("")  # their numbers are known first, what they hold last
    resources = " ".join(f"/{font.name} {_font(font, add)} 0 R" for font in fonts)
    leaves = [add("") for _ in sheets]
    for number, (leaf, sheet) in enumerate(zip(leaves, sheets, strict=True)):
        drawn = add(_stream("\n".join(sheet.drawn).encode("ascii")))
        objects[leaf - 1] = (
            f"<</Type /Page /Parent {pages} 0 R /MediaBox [0 0 {_WIDTH} {_HEIGHT}] /Resources <</Font <<{resources}>>>> "
            f"/Contents {drawn} 0 R /StructParents {number} /Tabs /S>>"
        )
    whole = add("")
    elements = []
    for block, tag in enumerate(tags):
        pieces = " ".join(
            f"<</Type /MCR /Pg {leaf} 0 R /MCID {mark}>>"
            for leaf, sheet in zip(leaves, sheets, strict=True)
            for mark, held in enumerate(sheet.marks)
            if held == block
        )
        elements.append(add(f"<</Type /StructElem /S /{tag} /P {whole} 0 R /K [{pieces}]>>"))
    kids = " ".join(f"{one} 0 R" for one in elements)
    objects[whole - 1] = f"<</Type /StructElem /S /Document /P {root} 0 R /K [{kids}]>>"
    parents = " ".join(
        f"{number} [{' '.join(f'{elements[block]} 0 R' for block in sheet.marks)}]"
        for number, sheet in enumerate(sheets)
    )
    objects[root - 1] = f"<</Type /StructTreeRoot /K {whole} 0 R /ParentTree <</Nums [{parents}]>>>>"
    objects[pages - 1] = f"<</Type /Pages /Kids [{' '.join(f'{one} 0 R' for one in leaves)}] /Count {len(leaves)}>>"
    objects[catalog - 1] = (
        f"<</Type /Catalog /Pages {pages} 0 R /Lang ({paper.language}) /MarkInfo <</Marked true>> "
        f"/StructTreeRoot {root} 0 R /ViewerPreferences <</DisplayDocTitle true>>>>"
    )
    made = f"(D:{paper.made_on:%Y%m%d}000000Z)"
    info = add(f"<</Title {_text(title)} /Producer (Zeitfenster) /CreationDate {made} /ModDate {made}>>")
    return _written(objects, catalog, info)


def _font(font: _Font, add: Any) -> int:
    """The font with all its letters, as a composite one whose codes are glyphs (9.7.4)."""
    table, name = font.table, f"ZEITFN+DejaVuSansCondensed{'-Bold' if font.name == 'bold' else ''}"
    raw = (_FONTS / f"{font.name}.ttf").read_bytes()
    file = add(_stream(raw, f"/Length1 {len(raw)} "))
    box = " ".join(str(one) for one in table["box"])
    descriptor = add(
        f"<</Type /FontDescriptor /FontName /{name} /Flags 32 /FontBBox [{box}] /ItalicAngle 0 /Ascent {table['ascent']} "
        f"/Descent {table['descent']} /CapHeight 729 /StemV {140 if font.name == 'bold' else 80} /FontFile2 {file} 0 R>>"
    )
    used = sorted(font.used.items())
    widths = " ".join(f"{glyph} [{width}]" for glyph, (_, width) in used)
    inner = add(
        f"<</Type /Font /Subtype /CIDFontType2 /BaseFont /{name} /CIDToGIDMap /Identity /FontDescriptor {descriptor} 0 R "
        f"/CIDSystemInfo <</Registry (Adobe) /Ordering (Identity) /Supplement 0>> /DW 600 /W [{widths}]>>"
    )
    letters = [f"<{glyph:04X}> <{letter.encode('utf-16-be').hex().upper()}>" for glyph, (letter, _) in used]
    parts = [letters[first : first + 100] for first in range(0, len(letters), 100)]  # 100 is what one section may hold
    sections = "\n".join(f"{len(one)} beginbfchar\n" + "\n".join(one) + "\nendbfchar" for one in parts)
    to_unicode = add(_stream(_CMAP.format(sections=sections).encode("ascii")))
    return int(
        add(
            f"<</Type /Font /Subtype /Type0 /BaseFont /{name} /Encoding /Identity-H /DescendantFonts [{inner} 0 R] "
            f"/ToUnicode {to_unicode} 0 R>>"
        )
    )


_CMAP = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
{sections}
endcmap
CMapName currentdict /CMap defineresource pop
end
end"""


def _stream(data: bytes, more: str = "") -> str:
    packed = base64.a85encode(zlib.compress(data, 9), wrapcol=100).decode("ascii") + "~>"
    return f"<<{more}/Filter [/ASCII85Decode /FlateDecode] /Length {len(packed)}>>\nstream\n{packed}\nendstream"


def _text(words: str) -> str:
    return f"<FEFF{words.encode('utf-16-be').hex().upper()}>"


def _written(objects: Sequence[str], catalog: int, info: int) -> str:
    """Header, objects, the table of where they lie, and the trailer (7.5)."""
    made, places = "%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(made))
        made += f"{number} 0 obj\n{body}\nendobj\n"
    start = len(made)
    rows = "".join(f"{place:010d} 00000 n \n" for place in places)
    name = hashlib.sha256(made.encode("ascii")).hexdigest()[:32].upper()
    return (
        f"{made}xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{rows}"
        f"trailer\n<</Size {len(objects) + 1} /Root {catalog} 0 R /Info {info} 0 R /ID [<{name}> <{name}>]>>\n"
        f"startxref\n{start}\n%%EOF\n"
    )


@cache
def _table(name: str) -> dict[str, Any]:
    made: dict[str, Any] = json.loads((_FONTS / f"{name}.json").read_text("utf-8"))
    return made
