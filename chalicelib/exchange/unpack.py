"""Look at a stranger's workbook before anything opens it: a ZIP of harmless size and names, with XML that defines nothing."""

import zipfile
from collections import Counter
from pathlib import Path, PurePosixPath
from xml.parsers import expat  # only looks on: defusedxml stands before every parser that keeps something

from chalicelib.exchange import import_rules as rules

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_PIECE = 65_536
_ACTIVE = ("vbaproject", "externallinks/", "activex/", "embeddings/", "macrosheets/", "connections.xml", "querytables/")
_XML = (".xml", ".rels", ".vml")


class Refused(Exception):
    """The file is not taken; `code` has a sentence in every language."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def check(file: Path) -> None:
    """Raise Refused for what no spreadsheet program writes, or only to do harm. Reads every byte once, keeps none."""
    with file.open("rb") as content:
        begin = content.read(8)
    if begin.startswith(_OLE):
        raise Refused("file_locked_or_old")  # what is enciphered, and workbooks of before 2007, are no ZIP
    if not begin.startswith(_ZIP):
        raise Refused("file_not_excel")
    try:
        with zipfile.ZipFile(file) as archive:
            _entries(archive.infolist(), file.stat().st_size)
            _contents(archive)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as problem:
        raise Refused("file_broken") from problem


def _entries(entries: list[zipfile.ZipInfo], size: int) -> None:
    if len(entries) > rules.MOST_ENTRIES:
        raise Refused("file_too_large_inside")
    names = Counter(one.filename.casefold() for one in entries)
    if max(names.values(), default=0) > 1:
        raise Refused("file_broken")
    if "[content_types].xml" not in names:
        raise Refused("file_not_excel")
    if any(one.flag_bits & 0x1 for one in entries):
        raise Refused("file_locked_or_old")
    declared = sum(one.file_size for one in entries)
    if declared > rules.MOST_UNPACKED or declared > rules.MOST_RATIO * size:
        raise Refused("file_too_large_inside")
    for one in entries:
        path = PurePosixPath(one.filename)
        # `orig_filename` is what stands in the archive; zipfile itself cuts names at a NUL and turns backslashes.
        odd = any(letter in one.orig_filename for letter in ("\\", "\x00", ":"))
        if path.is_absolute() or ".." in path.parts or odd:
            raise Refused("file_unsafe")
        if any(part in one.filename.casefold() for part in _ACTIVE):
            raise Refused("file_active")


def _contents(archive: zipfile.ZipFile) -> None:
    counted = merged = 0
    for entry in archive.infolist():
        looking = _onlooker() if entry.filename.casefold().endswith(_XML) else None
        first = True
        with archive.open(entry) as content:
            while piece := content.read(_PIECE):
                counted += len(piece)
                if counted > rules.MOST_UNPACKED:
                    raise Refused("file_too_large_inside")
                if first and piece.startswith((_ZIP, _OLE)):
                    raise Refused("file_active")
                if entry.filename == "[Content_Types].xml" and b"macroenabled" in piece.lower():
                    raise Refused("file_active")
                merged += piece.count(b"<mergeCell ")
                if merged > rules.MOST_MERGED:
                    raise Refused("file_too_much")
                first = False
                if looking is not None:
                    _look(looking, piece, last=False)
        if looking is not None:
            _look(looking, b"", last=True)


def _onlooker() -> expat.XMLParserType:
    def defined(*_: object) -> None:
        raise Refused("file_unsafe")

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = defined
    return parser


def _look(parser: expat.XMLParserType, piece: bytes, *, last: bool) -> None:
    try:
        parser.Parse(piece, last)
    except expat.ExpatError as problem:
        raise Refused("file_broken") from problem
