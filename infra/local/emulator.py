"""Start the local AWS emulator as a child process on this machine's own address, and stop it without a trace."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from chalicelib.plumbing.settings import REGION
from infra import package as packaging

HOST = "127.0.0.1"
PYTHON = packaging.ROOT / ".venv-emulator" / "bin" / "python"
ACCESS_KEY = "test"  # the emulator's root user; it listens on this machine only
SECRET_KEY = "test"
START_SECONDS = 60
STOP_SECONDS = 30


class EmulatorError(Exception):
    """The emulator is not installed, did not come up, or ended by itself."""


@dataclass(frozen=True, slots=True)
class Emulator:
    """A running emulator: its endpoint, its process id and its log file."""

    endpoint: str
    port: int
    pid: int
    log: Path


@contextmanager
def running(*, port: int | None = None, state: Path | None = None) -> Iterator[Emulator]:
    """An emulator on `port` (a free one by default); with `state` its data outlives it, without all of it is on tmpfs.

    Raises EmulatorError with the end of its log.
    """
    if not PYTHON.exists():
        raise EmulatorError("the emulator is not installed: run `make setup` first")
    chosen = port or free_port()
    if state:
        _move(state, chosen)
    scratch = Path(tempfile.mkdtemp(prefix="zeitfenster-emulator-", dir=_fast_folder()))
    log = (state or scratch) / "emulator.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        child = subprocess.Popen(
            [str(PYTHON), "-m", "ministack"],
            env=_environment(chosen, scratch, state),
            cwd=scratch,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for us; the emulator is stopped after the last answer
        )
    try:
        _wait_until_healthy(child, chosen, log)
        yield Emulator(endpoint=f"http://{HOST}:{chosen}", port=chosen, pid=child.pid, log=log)
    finally:
        _stop(child)
        shutil.rmtree(scratch, ignore_errors=True)


def kept_port(state: Path) -> int | None:
    """The port under which the data in `state` was written, where it was written before and the port is free now."""
    file = state / "port"
    port = int(file.read_text()) if file.exists() else None
    return port if port and is_free(port) else None


def _move(state: Path, port: int) -> None:
    """Let the data in `state` be found under `port`: the emulator's queues are known by addresses that hold it."""
    file = state / "port"
    state.mkdir(parents=True, exist_ok=True)
    if file.exists() and (before := file.read_text()) != str(port):
        for kept in sorted((state / "state").glob("*.json")):
            kept.write_text(kept.read_text().replace(f"//{HOST}:{before}/", f"//{HOST}:{port}/"))
    file.write_text(str(port))


def free_port() -> int:
    """A port that nothing listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def is_free(port: int) -> bool:
    """Whether a server could listen on `port` now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def _fast_folder() -> str | None:
    memory = Path("/dev/shm")
    return str(memory) if sys.platform == "linux" and memory.is_dir() and os.access(memory, os.W_OK) else None


def _environment(port: int, scratch: Path, state: Path | None) -> dict[str, str]:
    """Everything the emulator needs and nothing of the caller's AWS set-up."""
    keeps = "1" if state else "0"
    data = state or scratch
    return {
        "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
        "HOME": str(scratch),
        "LANG": "C.UTF-8",
        "GATEWAY_PORT": str(port),
        "EDGE_PORT": str(port),
        "BIND_HOST": HOST,
        "MINISTACK_HOST": HOST,
        "MINISTACK_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        "AUTH": "true",
        "DOCKER_HOST": "unix:///nonexistent",
        "LAMBDA_EXECUTOR": "local",
        "PERSIST_STATE": keeps,
        "S3_PERSIST": keeps,
        "STATE_DIR": str(data / "state"),
        "S3_DATA_DIR": str(data / "s3"),
        "SFTP_ENABLED": "0",
        "TMPDIR": str(scratch),
        "LOG_LEVEL": os.environ.get("EMULATOR_LOG_LEVEL", "WARNING"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def _wait_until_healthy(child: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if child.poll() is not None:
            raise EmulatorError(f"the emulator ended with {child.returncode}:\n{log.read_text()[-2000:]}")
        try:
            with urllib.request.urlopen(f"http://{HOST}:{port}/_ministack/health", timeout=2) as answer:
                if json.load(answer):
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.05)
    raise EmulatorError(f"the emulator did not answer within {START_SECONDS} s:\n{log.read_text()[-2000:]}")


def _stop(child: subprocess.Popen[bytes]) -> None:
    """Ask it to end, so that it writes its state; only then insist. Its workers end with its session."""
    if child.poll() is None:
        child.send_signal(signal.SIGTERM)
        try:
            child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait(STOP_SECONDS)
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
