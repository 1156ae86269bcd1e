"""Which tests are written, as pytest names them: what claims to be proven by one asks here whether there is such a test."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]


def exists(name: str) -> bool:
    """Whether there is this test (`tests/rules/test_seals.py::test_...`, without parameters)."""
    file, _, test = name.partition("::")
    return (ROOT / file).is_file() and test in _tests(file)


@cache
def _tests(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    return frozenset(one.name for one in tree.body if isinstance(one, ast.FunctionDef))
