"""Every word has a home in four languages: a sentence that a page asks for and nobody wrote fails the build, an idle one too."""

import ast
import json
import re
import string
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import jinja2
import pytest
from jinja2 import nodes

from chalicelib.plumbing import words
from infra import map as house_map

HOUSE = house_map.HOUSE
ROOMS = sorted(path.parent.parent.name for path in HOUSE.glob("*/texts/de.json"))
LANGUAGES = words.LANGUAGES
BY_NAME = ("form.", "field.", "hint.", "option.", "field_problem.", "problem.", "title.", "done.")
"""Beginnings of keys that doors, forms and refusals are looked up by; tests of their own hold these complete."""


@cache
def _catalogue(room: str, language: str) -> dict[str, str]:
    return dict(json.loads((HOUSE / room / "texts" / f"{language}.json").read_text("utf-8")))


@cache
def _asked() -> tuple[frozenset[str], frozenset[str]]:
    """What pages and modules ask for: whole keys (`room.key`), and beginnings of keys of which the rest is a value."""
    whole: set[str] = set()
    begun: set[str] = set()
    for key, is_whole in (*_of_pages(), *_of_modules()):
        (whole if is_whole else begun).add(key)
    return frozenset(whole), frozenset(begun)


def _of_pages() -> Iterator[tuple[str, bool]]:
    environment = jinja2.Environment(autoescape=True)
    for file in sorted(HOUSE.glob("*/pages/*.html")):
        tree = environment.parse(file.read_text("utf-8"))
        for call in tree.find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name == "t" and call.args:
                yield from _of_node(call.args[0])


def _of_node(node: nodes.Expr) -> Iterator[tuple[str, bool]]:
    if isinstance(node, nodes.Const):
        yield str(node.value), True
    elif isinstance(node, nodes.CondExpr):
        for one in (node.expr1, node.expr2):
            if one is not None:
                yield from _of_node(one)
    elif isinstance(node, nodes.Concat):
        first = node.nodes[0]
        if isinstance(first, nodes.Const):
            yield str(first.value), False


def _of_modules() -> Iterator[tuple[str, bool]]:
    for file in sorted(HOUSE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("say", "has"):
                room, key = (*node.args[:2], None, None)[:2]
                if isinstance(room, ast.Constant) and isinstance(key, ast.Constant):
                    yield f"{room.value}.{key.value}", True
                elif isinstance(room, ast.Constant) and isinstance(key, ast.JoinedStr):
                    begin = key.values[0]
                    if isinstance(begin, ast.Constant):
                        yield f"{room.value}.{begin.value}", False
                elif isinstance(room, ast.Name) and isinstance(key, ast.JoinedStr | ast.Constant):
                    begin = key.values[0] if isinstance(key, ast.JoinedStr) else key
                    if isinstance(begin, ast.Constant):
                        yield f"{file.parent.name}.{begin.value}", isinstance(key, ast.Constant)


def _exists(key: str) -> bool:
    room, _, name = key.partition(".")
    if room not in ROOMS:
        return False
    known = _catalogue(room, "de")
    return name in known or f"{name}.other" in known


def test_every_sentence_that_a_page_or_a_module_asks_for_is_there() -> None:
    whole, begun = _asked()

    assert len(whole) > 10
    assert sorted(key for key in whole if not _exists(key)) == []
    for beginning in begun:
        room, _, name = beginning.partition(".")
        assert any(key.startswith(name) for key in _catalogue(room, "de")), beginning


@pytest.mark.parametrize("room", ROOMS)
def test_no_sentence_is_idle(room: str) -> None:
    whole, begun = _asked()
    beginnings = tuple(one.partition(".")[2] for one in begun if one.startswith(f"{room}."))

    idle = [
        key
        for key in _catalogue(room, "de")
        if f"{room}.{key}" not in whole
        and f"{room}.{re.sub(r'[.](one|other)$', '', key)}" not in whole
        and not key.startswith((*BY_NAME, *beginnings))
    ]

    assert idle == []


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_room_says_the_same_things_in_every_language(room: str, language: str) -> None:
    german, other = _catalogue(room, "de"), _catalogue(room, language)

    assert set(german) == set(other)
    for key, text in german.items():
        assert _gaps(text) == _gaps(other[key]), key
        assert other[key].strip(), key


@pytest.mark.parametrize("room", ROOMS)
def test_a_number_has_both_its_sentences(room: str) -> None:
    known = _catalogue(room, "de")

    for key in known:
        if key.endswith(".one"):
            assert key.removesuffix(".one") + ".other" in known, key
            assert key.removesuffix(".one") not in known, key


@pytest.mark.parametrize("file", sorted(HOUSE.glob("*/texts/de-du.json")), ids=lambda file: file.parent.parent.name)
def test_du_replaces_only_what_is_there_and_says_du(file: Path) -> None:
    formal, informal = _catalogue(file.parent.parent.name, "de"), json.loads(file.read_text("utf-8"))

    for key, text in informal.items():
        assert key in formal, key
        assert _gaps(text) == _gaps(formal[key]), key
        assert not re.search(r"(?<![.!?:»] )(?<!^)\b(Sie|Ihnen|Ihre?[rmns]?)\b", text), key


@pytest.mark.parametrize("file", sorted(HOUSE.glob("*/texts/*.json")), ids=lambda file: f"{file.parts[-3]}/{file.name}")
def test_a_catalogue_is_sorted_and_swiss(file: Path) -> None:
    text = file.read_text("utf-8")
    known = json.loads(text)

    assert text == json.dumps(dict(sorted(known.items())), ensure_ascii=False, indent=1) + "\n"
    if file.name.startswith("de"):
        assert "ß" not in text
    for key, sentence in known.items():
        gaps = [name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None]
        assert [one for one in gaps if not one.isidentifier()] == [], key


_THIN = "\u202f"
_FRENCH = re.compile(rf"(?<![{_THIN}\"])[;!?:](?=[\s<»)]|$)|(?<!{_THIN})»|«(?!{_THIN})")


@pytest.mark.parametrize(
    "file",
    [*sorted(HOUSE.glob("*/texts/fr.json")), *sorted(HOUSE.glob("*/texts/fr/*.mail.txt"))],
    ids=lambda file: "/".join(file.parts[-3:]),
)
def test_french_keeps_a_thin_space_where_romands_do_and_no_typewriter_s_apostrophe(file: Path) -> None:
    """Guide du typographe (Lausanne): before the signs of two parts and inside quotation marks. An SMS has no such space."""
    text = file.read_text("utf-8")
    sentences = json.loads(text).values() if file.suffix == ".json" else text.splitlines()

    assert sentences
    for sentence in sentences:
        assert not _FRENCH.search(sentence), sentence
        assert not re.search(r"\w'\w", sentence), sentence


PAGES = sorted(
    file for file in HOUSE.glob("*/pages/*.html") if not file.name.startswith("mail")
)  # mails know no sheets


@pytest.mark.parametrize("file", PAGES, ids=lambda file: f"{file.parts[-3]}/{file.name}")
def test_a_page_holds_no_styles_no_scripts_and_no_foreign_host(file: Path) -> None:
    text = file.read_text("utf-8")

    assert not re.search(r"\sstyle\s*=", text)
    assert not re.search(r"""\son[a-z]+=["']""", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"""(src|href|action)\s*=\s*["']?(https?:)?//""", text)
    assert not re.search(r"<style(?![^>]*\bnonce=)", text)


def _gaps(text: str) -> list[str]:
    return sorted(re.findall(r"\{\w+\}", text))
