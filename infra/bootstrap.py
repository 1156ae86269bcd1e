"""Make the two virtual environments with the newest usable Python of 3.13, 3.12 and 3.11; a second call is instant."""

import hashlib
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock

from infra import programs

ROOT = Path(__file__).resolve().parent.parent
MINORS = (13, 12, 11)  # what Lambda runs and Chalice packages for; 3.13 is what is deployed
STAMP = ".made-of"
_ONE_AT_A_TIME = Lock()  # who finds no usable Python installs one
PROBE = "import ensurepip, sys, venv; print(sys.version_info[0], sys.version_info[1], sep='.')"

# The emulator pins a botocore of its own; beside ours pip would quietly choose an emulator of long ago.
ENVIRONMENTS = {
    ".venv": ("requirements-dev.txt", "requirements.txt"),
    ".venv-emulator": ("infra/local/requirements-emulator.txt",),
}


def newest_python() -> str:
    """The interpreter to use, found by running each candidate: a name on PATH may be a shim that only complains."""
    found = _usable()
    if found is None and programs.may_install():
        print("Installing python3-venv ...", flush=True)
        programs.install(["python3-venv"])
        found = _usable()
    if found is not None:
        return found
    sys.exit(
        "Python 3.11, 3.12 or 3.13 with its venv module is needed (on Debian and Ubuntu: apt install python3-venv)."
    )


def _usable() -> str | None:
    for minor in MINORS:
        wanted = f"3.{minor}"
        for candidate in _candidates(minor):
            if _says(candidate) == wanted:
                return candidate
    return None


def _candidates(minor: int) -> list[str]:
    names = [shutil.which(f"python3.{minor}"), shutil.which("python3"), sys.executable]
    versions = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    kept = sorted(versions.glob(f"3.{minor}.*/bin/python3.{minor}"), key=_patch, reverse=True)
    return [str(name) for name in (*names, *kept) if name]


def _patch(interpreter: Path) -> int:
    patch = interpreter.parent.parent.name.split(".")[-1]
    return int(patch) if patch.isdigit() else -1


def _says(candidate: str) -> str:
    try:
        done = subprocess.run([candidate, "-c", PROBE], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def make(name: str, *, requirements: tuple[str, ...]) -> None:
    """Let the environment `name` hold exactly what `requirements` pin; does nothing where it already does."""
    folder = ROOT / name
    if folder.is_symlink():
        return  # somebody shares one environment between work trees, and keeps it up to date
    made_of = hashlib.sha256(b"\0".join((ROOT / file).read_bytes() for file in requirements)).hexdigest()
    stamp = folder / STAMP
    if stamp.exists() and stamp.read_text() == made_of:
        return
    with _ONE_AT_A_TIME:
        python = newest_python()
    print(f"Making {name} with Python {_says(python)} ...", flush=True)
    _run([python, "-m", "venv", "--clear", str(folder)])
    pip = [str(folder / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    _run([*pip, "-r", str(ROOT / requirements[0])])
    stamp.write_text(made_of)


def _run(command: list[str]) -> None:
    done = subprocess.run(command, check=False)
    if done.returncode != 0:
        sys.exit(f"failed ({done.returncode}): {' '.join(command)}")


if __name__ == "__main__":
    with ThreadPoolExecutor() as at_once:
        under_way = [at_once.submit(make, name, requirements=files) for name, files in ENVIRONMENTS.items()]
    for one in under_way:
        one.result()
