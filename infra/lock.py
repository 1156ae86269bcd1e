"""Write infra/requirements.lock: every library that goes to Lambda, with the hash of every file of it that we would take."""

import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "requirements.txt"
LOCK = ROOT / "infra" / "requirements.lock"
PYTHONS = ("3.11", "3.12", "3.13")
ARCHITECTURES = ("x86_64", "aarch64")
FRAMEWORK = "chalice"
"""Two files of it run in Lambda and need nothing else; what its command line needs does not go there."""
HEAD = "# Made by `make lock`: what goes to Lambda, with the hashes of the files that may be taken. Not for editing.\n"


class LockError(Exception):
    """The index refused, or the Pythons and machines we build for would not get the same versions."""


def platforms(python: str, architecture: str) -> list[str]:
    """The tags of wheels that Lambda's runtime of this Python can load, best first; `architecture` as Linux names it.

    Amazon Linux 2 (3.11) has glibc 2.26, Amazon Linux 2023 (3.12 and later) has 2.34; we stay at 2.28, so that the
    package also runs where it is built.
    """
    newest = 26 if python == "3.11" else 28
    return [
        *(f"manylinux_2_{minor}_{architecture}" for minor in range(newest, 16, -1)),
        f"manylinux2014_{architecture}",
    ]


def pip_options(python: str, architecture: str) -> list[str]:
    """What makes pip choose files for another Python and machine than its own: wheels only, nothing is built or run."""
    chosen = ["--only-binary=:all:", "--implementation", "cp", "--python-version", python]
    for platform in platforms(python, architecture):
        chosen += ["--platform", platform]
    return chosen


def pinned(lines: list[str]) -> dict[str, str]:
    """Name (lower case, dashes) and version of each `name==version` in `lines`; comments and hashes are passed over."""
    found = {}
    for line in lines:
        name, equals, version = line.partition("==")
        if equals and not line.lstrip().startswith(("#", "-")):
            found[canonical(name.strip())] = version.split()[0]
    return found


def differences(requirements: Path = REQUIREMENTS, lock: Path = LOCK) -> list[str]:
    """What the lock says otherwise than requirements.txt, one line each; nothing when they agree."""
    wanted, kept = pinned(requirements.read_text().splitlines()), pinned(lock.read_text().splitlines())
    return [f"{name}=={version}" for name, version in wanted.items() if kept.get(name) != version]


def make() -> dict[str, tuple[str, set[str]]]:
    """Version and hashes (SHA-256, hexadecimal) by name, of everything requirements.txt leads to. Raises LockError."""
    versions: dict[str, set[str]] = defaultdict(set)
    hashes: dict[str, set[str]] = defaultdict(set)
    wanted = pinned(REQUIREMENTS.read_text().splitlines())
    runs = [([f"{FRAMEWORK}=={wanted.pop(FRAMEWORK)}"], ["--no-deps", *pip_options(PYTHONS[-1], ARCHITECTURES[0])])]
    libraries = [f"{name}=={version}" for name, version in wanted.items()]
    runs += [(libraries, pip_options(python, one)) for python in PYTHONS for one in ARCHITECTURES]
    for asked, options in runs:
        for one in _resolved(asked, options):
            name = canonical(one["metadata"]["name"])
            versions[name].add(one["metadata"]["version"])
            hashes[name].add(one["download_info"]["archive_info"]["hashes"]["sha256"])
    if mixed := sorted(name for name, known in versions.items() if len(known) > 1):
        raise LockError(f"More than one version of {', '.join(mixed)}: pin them in requirements.txt.")
    return {name: (versions[name].pop(), hashes[name]) for name in sorted(versions)}


def _resolved(asked: list[str], options: list[str]) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as scratch:
        report = Path(scratch) / "report.json"
        target = ["--target", str(Path(scratch) / "nothing-is-put-here"), "--dry-run", "--ignore-installed"]
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
        command = [*pip, *target, "--report", str(report), *options, *asked]
        done = subprocess.run(command, capture_output=True, text=True, timeout=900, check=False)
        if done.returncode != 0:
            raise LockError(f"pip could not find everything:\n{done.stderr}")
        found: list[dict[str, Any]] = json.loads(report.read_text())["install"]
        return found


def canonical(name: str) -> str:
    """A library's name as indexes write it."""
    return name.lower().replace("_", "-").replace(".", "-")


def main() -> None:
    """Make the lock anew and say how many libraries it holds."""
    made = make()
    lines = (
        " \\\n    ".join([f"{name}=={version}", *(f"--hash=sha256:{one}" for one in sorted(known))])
        for name, (version, known) in made.items()
    )
    LOCK.write_text(HEAD + "\n".join(lines) + "\n")
    print(f"{LOCK.relative_to(ROOT)}: {len(made)} libraries, {sum(len(known) for _, known in made.values())} files")


if __name__ == "__main__":
    try:
        main()
    except LockError as failure:
        sys.exit(str(failure))
