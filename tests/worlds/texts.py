"""The published texts in a place of their own, where a test can publish later versions with the command of the house."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from chalicelib.consent import find, pending
from infra import policies

LANGUAGES = policies.LANGUAGES


@contextmanager
def elsewhere(folder: Path) -> Iterator[Path]:
    """The product reads its texts from a copy in `folder` while the block runs; the copy's root."""
    shutil.copytree(policies.ROOT / policies.FOLDER, folder / policies.FOLDER)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(find, "_FOLDER", folder / policies.FOLDER)
        find.forget_cached()
        pending.forget_cached()
        yield folder
    find.forget_cached()
    pending.forget_cached()


def publish(root: Path, name: str, version: str, *, important: bool, on: date) -> None:
    """A later version of a text: the words of the last one, with its own date and one sentence more."""
    folder = root / policies.FOLDER / name
    last = policies.read(root)[name][-1]["version"]
    for language in LANGUAGES:
        old = (folder / f"{last}.{language}.md").read_text("utf-8")
        new = re.sub(re.escape(last), version, old, count=1) + "\n99. **Neu.** Das ist neu.\n"
        (folder / f"{version}.{language}.md").write_text(new, "utf-8")
    changes = {language: f"Neu ist Ziffer 99 ({language})." for language in LANGUAGES}
    policies.add(name, version, important=important, changes=changes, published_on=on, source=root)
    find.forget_cached()
