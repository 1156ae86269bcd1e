"""Packages from npm, fetched once: as a plain archive without what it depends on, or installed with it; no script of theirs runs."""

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


def installed(package: str) -> Path:
    """A folder in whose `node_modules` lie `package` (name@version) and what it needs. Raises UnavailableError."""
    if shutil.which("node") is None:
        raise UnavailableError(f"node is not installed and {package} runs on it")
    kept = HOME / f"installed-{package.replace('/', '-')}"
    HOME.mkdir(parents=True, exist_ok=True)
    with (HOME / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            _install(package, kept)
    return kept


def _install(package: str, kept: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise UnavailableError(f"npm is not installed and {package} comes from there")
    with tempfile.TemporaryDirectory(dir=HOME) as scratch:
        folder = Path(scratch) / "installed"
        folder.mkdir()
        done = subprocess.run(
            [npm, "install", "--ignore-scripts", "--no-audit", "--no-fund", "--silent", "--prefix", folder, package],
            capture_output=True,
            text=True,
            timeout=FETCH_SECONDS,
            check=False,
        )
        if done.returncode != 0:
            raise UnavailableError(f"npm could not install {package}: {done.stderr.strip()[-500:]}")
        folder.rename(kept)


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
