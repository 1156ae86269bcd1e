"""Nothing that somebody sends is ever run, looked up or brought back to life: the product holds no interpreter for it."""

import ast
import re
from pathlib import Path

import pytest

from infra import map as house_map

FILES = sorted([house_map.ROOT / "app.py", *house_map.HOUSE.rglob("*.py")])
SCRIPTS = sorted(house_map.HOUSE.glob("*/pages/*.js"))
TEMPLATES = sorted(house_map.HOUSE.glob("*/pages/*.html"))
RUN = {"eval", "exec", "compile", "__import__"}
ALIVE = {
    *("pickle", "marshal", "shelve", "dill", "jsonpickle", "yaml"),  # objects out of bytes
    *("sqlite3", "sqlalchemy", "ldap", "ldap3", "lxml", "memcache", "pymemcache", "ctypes", "cffi"),
}
PARSING = {"xml.etree.ElementTree", "xml.dom", "xml.dom.minidom", "xml.sax", "xml.parsers", "xml.parsers.expat"}
# Only an exception is taken from the first; the second looks on for document types and keeps nothing.
XML = {"calendars/fetch.py": {"ParseError"}, "exchange/unpack.py": {"expat"}}
APART = {"calendars/read_apart.py", "exchange/open_file.py"}
"""Where a process of our own is started: our interpreter, our module, our words."""


def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"))


def _name(file: Path) -> str:
    return file.relative_to(house_map.HOUSE).as_posix() if house_map.HOUSE in file.parents else file.name


def _imported(file: Path) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for node in ast.walk(_tree(file)):
        if isinstance(node, ast.Import):
            found |= {(alias.name, "") for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {(node.module, alias.name) for alias in node.names}
    return found


def _calls(file: Path) -> list[ast.Call]:
    return [node for node in ast.walk(_tree(file)) if isinstance(node, ast.Call)]


def _called(call: ast.Call) -> str:
    return ast.unparse(call.func)


def test_no_text_becomes_program() -> None:
    called = {_called(call) for file in FILES for call in _calls(file)}

    assert "re.compile" in called
    assert not called & (RUN | {f"builtins.{one}" for one in RUN})


def test_no_bytes_become_objects_and_no_query_language_is_spoken() -> None:
    imported = {module.partition(".")[0] for file in FILES for module, _ in _imported(file)}

    assert {"json", "msgspec"} <= imported
    assert not imported & ALIVE


def test_xml_is_read_by_defusedxml_alone() -> None:
    found: dict[str, set[str]] = {}
    for file in FILES:
        for module, name in _imported(file):
            if module in PARSING:
                found.setdefault(_name(file), set()).add(name)

    assert found == XML
    assert ("defusedxml.ElementTree", "fromstring") in _imported(house_map.HOUSE / "calendars" / "fetch.py")


def test_processes_are_started_in_two_places_without_a_shell_and_with_nothing_of_a_stranger() -> None:
    starting = {_name(file) for file in FILES if any(module == "subprocess" for module, _ in _imported(file))}
    calls = [
        call for file in FILES if _name(file) in APART for call in _calls(file) if _called(call) == "subprocess.run"
    ]

    assert starting == APART
    assert len(calls) == len(APART)
    for call in calls:
        assert {"env", "timeout"} <= {one.arg for one in call.keywords}
        assert "shell" not in {one.arg for one in call.keywords}
    shells = {"os.system", "os.popen", "os.execv", "os.spawnl", "subprocess.getoutput", "subprocess.Popen"}
    assert not shells & {_called(call) for file in FILES for call in _calls(file)}


def test_a_pattern_is_ours_and_never_what_somebody_typed() -> None:
    """The first argument of a search is a text, one made of constants (in capitals) of its module, or the path of a door."""
    ours = {"entrance/board.py": {"path"}}
    made: dict[str, set[str]] = {}
    for file in FILES:
        for call in _calls(file):
            if re.fullmatch(r"re\.(compile|search|match|fullmatch|sub|split|findall|finditer)", _called(call)):
                names = {node.id for node in ast.walk(call.args[0]) if isinstance(node, ast.Name)}
                strange = {one for one in names if not re.fullmatch(r"_?[A-Z_]+", one)}
                if strange:
                    made.setdefault(_name(file), set()).update(strange)

    local = {"accounts/rules.py": {"label"}, "plumbing/formats.py": {"one"}}  # parts of patterns, written there
    assert {file: names for file, names in made.items() if names - local.get(file, set())} == ours


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda file: f"{file.parts[-3]}/{file.name}")
def test_a_script_writes_text_and_never_markup_or_program(file: Path) -> None:
    text = file.read_text("utf-8")

    assert not re.search(
        r"\.(inner|outer)HTML\s*=|insertAdjacentHTML|document\.write|\beval\(|new Function|srcdoc", text
    )
    assert not re.search(r"document\.cookie|(local|session)Storage|indexedDB", text)


def test_what_others_say_to_our_windows_is_heard_from_known_origins_only() -> None:
    listening = {
        file.name: file.read_text("utf-8") for file in SCRIPTS if 'addEventListener("message"' in file.read_text()
    }

    assert set(listening) == {"embed.js", "embed_frame.js"}
    for text in listening.values():
        heard = text[text.index('addEventListener("message"') :]
        first = heard[heard.index("{") + 1 :].strip().partition("\n")[0]
        assert first.startswith("if (event.")
        assert "event.origin" in first
        assert "event.source" in first
        assert "return;" in first
        assert not re.search(r'postMessage\([^;]*"\*"', text)


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: f"{file.parts[-3]}/{file.name}")
def test_nothing_in_a_template_escapes_the_escaping(file: Path) -> None:
    text = file.read_text("utf-8").replace('"<br>" | safe', "")

    assert not re.search(r"\|\s*safe|autoescape|Markup|\{%\s*include\s+[^\"]", text)


def test_templates_come_from_files_of_ours() -> None:
    called = {_called(call).rpartition(".")[2] for file in FILES for call in _calls(file)}

    assert "get_template" in called
    assert not called & {"from_string", "render_template_string", "Markup"}
