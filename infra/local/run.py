"""What `make run` does: the whole product at http://localhost:8000/ until Ctrl-C, with data that is still there next time."""

import fcntl
import json
import os
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from infra import package as packaging
from infra.account import RefusedError
from infra.local import door, emulator, seed, stack

STATE = packaging.ROOT / ".state"
WARM_WORKERS = 3


def main() -> None:
    """Package, start, seed, say where, stay, stop."""
    began = time.monotonic()
    port = int(os.environ.get("PORT") or 8000)
    providers_port = int(os.environ.get("PROVIDERS_PORT") or 8001)
    for name, asked in (("PORT", port), ("PROVIDERS_PORT", providers_port)):
        if not emulator.is_free(asked):
            sys.exit(f"Port {asked} is taken: set {name} to another one.")
    stop = threading.Event()

    def leave(_number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            return  # asked twice; the data is being written
        stop.set()
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)
    try:
        with _only_one():
            print("Packaging ...", flush=True)
            package = packaging.build()
            print("Starting ...", flush=True)
            with stack.running(
                package,
                secrets=kept_secrets(STATE / "secrets.json"),
                clock_file=STATE / "clock",
                port=port,
                providers_port=providers_port,
                emulator_port=emulator.kept_port(STATE / "emulator"),
                state=STATE / "emulator",
                warm_workers=WARM_WORKERS,
            ) as running:
                logins = [*_seed(running.base_url, running.providers_url), *_hooks(running)]
                print(f"Ready: {running.base_url}/", flush=True)
                print(f"  SMS and mails sent: {running.providers_url}/")
                for line in logins:
                    print(f"  {line}")
                print(f"  Ctrl-C stops it; the data stays in {STATE.name}/. Started in ", end="")
                print(f"{time.monotonic() - began:.1f} s.", flush=True)
                stop.wait()
    except KeyboardInterrupt:
        print("Stopped.", flush=True)


@contextmanager
def _only_one() -> Iterator[None]:
    """Two runs over the same data would each overwrite what the other wrote."""
    STATE.mkdir(mode=0o700, exist_ok=True)
    with (STATE / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            sys.exit(f"Another `make run` already works on {STATE.name}/.")
        yield


def kept_secrets(file: Path) -> stack.Secrets:
    """The secrets of this machine's stack, made at the first run and readable by their owner only."""
    if not file.exists():
        made = {"master": secrets.token_urlsafe(48), "smsapi_token": secrets.token_urlsafe(24)}
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as output:
            json.dump(made, output)
    return stack.Secrets(**json.loads(file.read_text()))


def _seed(base_url: str, providers_url: str) -> list[str]:
    """Let the demo partner be there; what to tell the user about it, a line each."""
    try:
        return seed.demo(base_url, providers_url)
    except door.DoorError as problem:
        return [f"The demo partner is missing: {problem}"]


def _hooks(running: stack.Stack) -> list[str]:
    """Where Ortto, Autopilot and Chatra report to; asked in a process of its own, which has the functions' environment."""
    told = subprocess.run(
        [sys.executable, "-m", "infra.hooks"],
        env={**os.environ, **running.environment()},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [f"A vendor reports to: {address}" for address in told.stdout.split()]


if __name__ == "__main__":
    try:
        main()
    except (RefusedError, emulator.EmulatorError, packaging.PackagingError) as failure:
        sys.exit(str(failure))
