"""Write docs/map.md: every room and file of the house with the promise it opens with, and what follows from which fact."""

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HOUSE = ROOT / "chalicelib"
MAP = ROOT / "docs" / "map.md"


def drawn() -> str:
    """The map as it should be."""
    lines = [
        "# The map",
        "",
        "Made by `make map` from the first sentence of every module; a test compares it with the tree.",
        "",
        f"`app.py`: {promise(ROOT / 'app.py')}",
        "",
    ]
    for room in floors():
        path = HOUSE / room
        if path.is_dir():
            lines += [f"## {room}", "", promise(path / "__init__.py"), "", "| file | promise |", "|---|---|"]
            lines += [
                f"| `{file.relative_to(path)}` | {promise(file)} |"
                for file in sorted(path.rglob("*.py"))
                if file.name != "__init__.py"
            ]
        else:
            lines += [f"## {room}.py", "", promise(HOUSE / f"{room}.py")]
        lines.append("")
    return "\n".join(lines)


def floors() -> list[str]:
    """The rooms from the top floor down, as the import contract names them."""
    import tomllib

    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    return list(next(one["layers"] for one in contracts if one["id"] == "floors"))


def promise(file: Path) -> str:
    """The first paragraph of a module's docstring on one line; empty if there is none."""
    text = ast.get_docstring(ast.parse(file.read_text("utf-8"))) or ""
    return " ".join(text.split("\n\n")[0].split())


if __name__ == "__main__":
    MAP.write_text(drawn(), "utf-8")
    print(f"{MAP.relative_to(ROOT)} written", file=sys.stderr)
