"""The house is built as CONTRIBUTING says."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from infra import map as house_map

HOUSE = house_map.HOUSE
FILES = sorted(HOUSE.rglob("*.py"))
PRIVATE = {"records", "routes", "webhooks", "jobs"}


def test_the_import_contracts_hold() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=house_map.ROOT,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stdout[-3000:]
    assert "Contracts: " in done.stdout


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(HOUSE)))
def test_every_module_opens_with_one_sentence(file: Path) -> None:
    first = house_map.promise(file)

    assert first.endswith((".", ":")), f"{file} opens with {first!r}"
    assert len(first) < 200


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(HOUSE)))
def test_records_and_doors_are_private_to_their_room(file: Path) -> None:
    room = file.relative_to(HOUSE).parts[0]

    foreign = [
        name
        for name in _imported(file)
        if name.startswith("chalicelib.")
        and name.split(".")[1] != room
        and len(name.split(".")) > 2
        and name.split(".")[2] in PRIVATE
    ]

    if room == "entrance":
        foreign = [name for name in foreign if name.split(".")[2] not in ("routes", "webhooks", "jobs")]
    assert not foreign


def test_the_map_equals_the_tree() -> None:
    assert house_map.MAP.read_text("utf-8") == house_map.drawn(), "run `make map`"


def test_the_readme_names_every_room_with_its_promise() -> None:
    readme = (house_map.ROOT / "README.md").read_text("utf-8")

    for room in house_map.floors():
        path = HOUSE / room
        first = house_map.promise(path / "__init__.py" if path.is_dir() else path.with_suffix(".py"))
        assert f"| `chalicelib/{room if path.is_dir() else room + '.py'}` | {first} |" in readme


def test_plumbing_speaks_no_business() -> None:
    business = {"appointment", "customer", "salon", "reminder", "invoice", "newsletter", "holiday"}

    for file in sorted((HOUSE / "plumbing").glob("*.py")):
        names = {node.id.lower() for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Name)}
        assert not {name for name in names if any(word in name for word in business)}, file


def _imported(file: Path) -> list[str]:
    found: list[str] = []
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return found


def test_nothing_leaves_but_by_the_log_of_calls() -> None:
    about_nobody = {"billing/access.py", "support/zendesk.py"}  # tokens
    logged = {"activity/calls.py", "relay/deliver.py"}
    itself = {"calendars/fetch.py"}  # told nothing but what it gave out (ADR 14)

    found = {
        str(file.relative_to(HOUSE))
        for file in FILES
        if re.search(r"\bweb\.(call|deliver|fetch)\(", file.read_text("utf-8"))
    }

    assert found == about_nobody | logged | itself
    assert "calls.one(" in (HOUSE / "relay" / "deliver.py").read_text("utf-8")
