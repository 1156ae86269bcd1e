"""Verbs are loaded when they are first called: the board names them all, one request needs a few.

The house imports modules, not names, so a verb can be a promise until its first attribute is asked for; that is what
`importlib.util.LazyLoader` of the standard library does. Only app.py switches it on: workers, tests and types see plain
imports. What it saves stands in docs/adr/0006-verbs-on-demand.md.
"""

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import LazyLoader
from types import ModuleType

HOUSE = "chalicelib"


class _OnDemand(MetaPathFinder):
    """Finds modules of rooms, and puts off executing them."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        parts = name.split(".")
        if len(parts) != 3 or parts[0] != HOUSE:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = LazyLoader(spec.loader)
        return spec


def load() -> None:
    """From now on, modules of rooms are executed when first used."""
    if not any(isinstance(finder, _OnDemand) for finder in sys.meta_path):
        sys.meta_path.insert(0, _OnDemand())
