"""The results of the tests that prove promises and answers to OWASP ASVS: written by a test run, packaged if it ran on exactly these sources."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

FILE = "test_results.json"


def listed() -> frozenset[str]:
    """All tests that something is proven by: promises of the policy, and answers to OWASP ASVS."""
    from chalicelib.privacy import asvs, promises

    promised = {name for one in promises.ALL for name in one.tests}
    return frozenset(promised | {name for one in asvs.items() for name in one.tests})


def digest(root: Path) -> str:
    """SHA-256 over the product's own files below `root` (names and contents), hexadecimal."""
    found = hashlib.sha256()
    for file in sorted([root / "app.py", *(root / "chalicelib").rglob("*")]):
        if file.is_file() and "__pycache__" not in file.parts and not file.name.startswith("."):
            content = hashlib.sha256(file.read_bytes()).hexdigest()
            found.update(f"{file.relative_to(root).as_posix()} {content}\n".encode())
    return found.hexdigest()


def write(root: Path, results: Mapping[str, str]) -> None:
    """Keep what a run found (test without its parameters: `passed` or `failed`); runs on the same sources add up."""
    file = root / ".build" / FILE
    before = kept(root)
    file.parent.mkdir(exist_ok=True)
    now = datetime.now(UTC).replace(microsecond=0).isoformat()
    content = {"at": now, "sources": digest(root), "results": dict(sorted({**before, **results}.items()))}
    file.write_text(json.dumps(content, indent=1) + "\n", "utf-8")


def kept(root: Path) -> dict[str, str]:
    """What earlier runs on exactly these sources found; nothing where the sources are others."""
    file = root / ".build" / FILE
    found = json.loads(file.read_text("utf-8")) if file.is_file() else {}
    return dict(found["results"]) if found.get("sources") == digest(root) else {}
