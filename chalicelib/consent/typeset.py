"""The Markdown of a policy as parts that a page or a PDF can set: a title, a line on its version, and sections with a name each."""

import re
from dataclasses import dataclass, field

_NUMBERED = re.compile(r"(\d+)\. (.*)", re.DOTALL)
_LEAD = re.compile(r"\*\*(.+?)\.?\*\*\s*(.*)", re.DOTALL)
_SPAN = re.compile(r"\*\*(?P<strong>.+?)\*\*|\[(?P<label>[^\]]+)\]\((?P<href>[^)]+)\)")


@dataclass(frozen=True, slots=True)
class Part:
    """Some words of a line: plain, strong, or a link to a place of ours."""

    text: str
    strong: bool = False
    href: str = ""


Line = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph (one line) or the points of a list."""

    lines: tuple[Line, ...]
    is_list: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """One section: its number and name where it has them, and its blocks."""

    number: str
    name: str
    blocks: list[Block] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Set:
    """A policy as it is set."""

    title: str
    subtitle: str
    sections: list[Section]


def text(markdown: str) -> Set:
    """A policy in parts. Only what our policies use is known: `# title`, paragraphs, `1.` and `-` lists, `**name.**`,
    `[links](/to)`, and comments, which nobody sees.
    """
    title, subtitle, sections = "", "", list[Section]()
    for block in re.split(r"\n{2,}", markdown.strip()):
        if block.startswith("<!--"):
            continue
        if block.startswith("# "):
            title = block[2:].strip()
        elif block.startswith("- ") and sections:
            points = tuple(_line(line[2:].strip()) for line in block.split("\n") if line.startswith("- "))
            sections[-1].blocks.append(Block(points, is_list=True))
        elif block[:1].isdigit() and _NUMBERED.match(block):
            sections += [_section(line) for line in re.split(r"\n(?=\d+\. )", block)]
        elif not subtitle and not sections:
            subtitle = block
        elif sections and not block.startswith("**"):
            sections[-1].blocks.append(Block((_line(block),)))
        else:
            sections.append(_section(block))
    return Set(title, subtitle, sections)


def _section(block: str) -> Section:
    numbered = _NUMBERED.match(block)
    rest = numbered[2] if numbered else block
    named = _LEAD.match(rest)
    made = Section(numbered[1] if numbered else "", named[1] if named else "")
    if said := (named[2] if named else rest).strip():
        made.blocks.append(Block((_line(said),)))
    return made


def _line(words: str) -> Line:
    parts, last = list[Part](), 0
    for found in _SPAN.finditer(words):
        if found.start() > last:
            parts.append(Part(words[last : found.start()]))
        if found["strong"]:
            parts.append(Part(found["strong"], strong=True))
        else:
            parts.append(Part(found["label"], href=found["href"]))
        last = found.end()
    if last < len(words):
        parts.append(Part(words[last:]))
    return tuple(parts)
