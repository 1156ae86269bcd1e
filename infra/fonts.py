"""Cut DejaVu Sans Condensed down to the letters of Europe, and write beside it the table by which consent/pdf.py sets text.

Needs fontTools (requirements-dev.txt) and the fonts (Debian: fonts-dejavu-core): python -m infra.fonts <folder of the fonts>
"""

import json
import sys
from pathlib import Path
from typing import Any

TARGET = Path(__file__).resolve().parent.parent / "chalicelib" / "consent" / "fonts"
FONTS = {"regular": "DejaVuSansCondensed.ttf", "bold": "DejaVuSansCondensed-Bold.ttf"}
LETTERS = (
    *range(0x20, 0x7F), *range(0xA0, 0x180), *range(0x218, 0x21C), *range(0x386, 0x3CF), *range(0x400, 0x460), 0x1E9E,
    *range(0x2010, 0x2016), *range(0x2018, 0x201F), 0x2022, 0x2026, 0x202F, 0x2030, 0x2039, 0x203A, 0x20AC, 0x2116, 0x2122, 0x2212,
)  # fmt: skip


def cut(source: Path, name: str) -> None:
    """Write `<name>.ttf` and `<name>.json` ({letter: [glyph, width]}, widths in thousandths of the size)."""
    from fontTools import subset  # type: ignore[import-untyped]  # fontTools has no types
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # fontTools has no types

    options = subset.Options()
    options.hinting = False
    options.layout_features = []
    options.drop_tables += ["FFTM", "GDEF", "GPOS", "GSUB", "kern"]
    font: Any = TTFont(source, recalcTimestamp=False)
    made = subset.Subsetter(options)
    made.populate(unicodes=LETTERS)
    made.subset(font)
    TARGET.mkdir(exist_ok=True)
    font.save(TARGET / f"{name}.ttf")
    per, cmap, widths = font["head"].unitsPerEm, font.getBestCmap(), font["hmtx"]
    head = font["head"]
    table = {
        "ascent": round(font["hhea"].ascent * 1000 / per),
        "descent": round(font["hhea"].descent * 1000 / per),
        "box": [round(one * 1000 / per) for one in (head.xMin, head.yMin, head.xMax, head.yMax)],
        "glyphs": {
            chr(code): [font.getGlyphID(glyph), round(widths[glyph][0] * 1000 / per)]
            for code, glyph in sorted(cmap.items())
        },
    }
    text = json.dumps(table, ensure_ascii=True, separators=(",", ":"))
    (TARGET / f"{name}.json").write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    for each, file in FONTS.items():
        cut(Path(sys.argv[1]) / file, each)
