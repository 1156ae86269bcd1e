"""The Markdown of a policy as parts that a page can set: a title, a line on its version, and sections with a name each."""

import re
from dataclasses import dataclass, field

_NUMBERED = re.compile(r"(\d+)\. (.*)", re.DOTALL)
_LEAD = re.compile(r"\*\*(.+?)\.?\*\*\s*(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Section:
    """One section: its number and name where it has them, and its blocks: a text, or the points of a list."""

    number: str
    name: str
    blocks: list[str | list[str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Set:
    """A policy as it is set."""

    title: str
    subtitle: str
    sections: list[Section]


def text(markdown: str) -> Set:
    """A policy in parts. Only what our policies use is known: `# title`, paragraphs, `1.` and `-` lists, `**name.**`."""
    title, subtitle, sections = "", "", list[Section]()
    for block in re.split(r"\n{2,}", markdown.strip()):
        if block.startswith("# "):
            title = block[2:].strip()
        elif block.startswith("- ") and sections:
            sections[-1].blocks.append([line[2:].strip() for line in block.split("\n") if line.startswith("- ")])
        elif block[:1].isdigit() and _NUMBERED.match(block):
            sections += [_section(line) for line in re.split(r"\n(?=\d+\. )", block)]
        elif not subtitle and not sections:
            subtitle = block
        else:
            sections.append(_section(block))
    return Set(title, subtitle, sections)


def _section(block: str) -> Section:
    numbered = _NUMBERED.match(block)
    rest = numbered[2] if numbered else block
    named = _LEAD.match(rest)
    made = Section(numbered[1] if numbered else "", named[1] if named else "")
    made.blocks.append((named[2] if named else rest).strip())
    return made
