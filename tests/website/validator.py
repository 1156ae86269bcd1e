"""Whether HTML files are what the HTML standard allows, by the Nu Html Checker of the W3C; one process for all files."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from infra.local import npm

NPM_PACKAGE = "vnu-jar@26.9.27"
RUN_SECONDS = 120
_QUICK_START = ("-Xss2m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")


def jar() -> Path:
    """The checker, fetched at the first call. Raises npm.UnavailableError."""
    if shutil.which("java") is None:
        raise npm.UnavailableError("java is not installed and the HTML checker runs on it")
    return npm.fetched(NPM_PACKAGE) / "build" / "dist" / "vnu.jar"


def errors(folder: Path) -> list[str]:
    """What is wrong in the HTML files under `folder`: file, line, message and the place, an error a line."""
    done = subprocess.run(
        ["java", *_QUICK_START, "-jar", str(jar()), "--errors-only", "--format", "json", "--exit-zero-always",
         "--stdout", "--skip-non-html", str(folder)],
        capture_output=True, text=True, timeout=RUN_SECONDS, check=True,
    )  # fmt: skip
    return [_line(one, folder) for one in json.loads(done.stdout)["messages"]]


def _line(message: dict[str, Any], folder: Path) -> str:
    file = str(message.get("url", "")).removeprefix(f"file:{folder.absolute()}/")
    place = " ".join(str(message.get("extract", "")).split())
    return f"{file}:{message.get('lastLine', '?')}: {message['message']} | {place}"
