"""Real threads on real tables: every race is run on the local emulator and, where Java and npm are there, on DynamoDB Local."""

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from chalicelib.plumbing import database

ENGINES = ("ministack", "dynamodb-local")
THREADS = 32
ROUNDS = int(os.environ.get("RACE_ROUNDS", "5"))
FEWER_ROUNDS = max(3, ROUNDS // 3)  # of the races that vary the main ones


@pytest.fixture(scope="session")
def emulator() -> Iterator[Any]:
    """An emulator of the races' own: that of the other tests keeps its tables in their process, where no two requests meet."""
    from infra.local import emulator as local

    with local.running() as running:
        _make_tables(running.endpoint)
        yield running


@pytest.fixture(scope="session")
def dynamodb_local() -> Iterator[str]:
    """DynamoDB Local with the five tables; its endpoint."""
    from infra.local import dynamodb_local as local

    try:
        local.jar()
    except local.UnavailableError as missing:
        pytest.skip(f"DynamoDB Local is not here: {missing}")
    with local.running() as endpoint:
        _make_tables(endpoint)
        yield endpoint


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, clock: Any, kms: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The table module on one of the engines, empty; nothing is queued."""
    from chalicelib.offering import find
    from chalicelib.plumbing import aws, queue, settings
    from chalicelib.plumbing import table as product
    from tests.fakes import strict
    from tests.worlds import tables

    if request.param == "ministack":
        endpoint = request.getfixturevalue("emulator").endpoint
    else:
        endpoint = request.getfixturevalue("dynamodb_local")
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    monkeypatch.setattr(queue, "kick", lambda rows: None)
    settings.get.cache_clear()
    database.forget_connections()
    aws.client.cache_clear()
    find.forget_cached()
    tables.empty(endpoint)
    strict.watch(database.client())
    race([_warm] * THREADS)
    yield product
    database.forget_connections()


def race(runners: list[Callable[[], Any]]) -> list[Any]:
    """Let all runners start at once; what each returned or raised, in their order."""
    line = Barrier(len(runners))

    def run(runner: Callable[[], Any]) -> Any:
        line.wait(timeout=30)
        try:
            return runner()
        except Exception as problem:  # noqa: BLE001 - what was raised is what the race is about
            return problem

    with ThreadPoolExecutor(len(runners)) as pool:
        return list(pool.map(run, runners))


def _make_tables(endpoint: str) -> None:
    from tests.worlds import tables

    for name, wanted in tables.definitions().items():
        tables._client("dynamodb", endpoint).create_table(TableName=os.environ[f"TABLE_{name.upper()}"], **wanted)


def _warm() -> None:
    """Open this thread's connection, and let a young JVM compile what is raced on."""
    from chalicelib.accounts import version
    from chalicelib.plumbing.change import Change
    from chalicelib.plumbing.visit import of_job
    from tests.conftest import NOW

    for _ in range(3):
        change = Change(of_job(NOW, "warm"))
        version.bump(change, f"warm-{threading.get_ident()}")
        change.done()
