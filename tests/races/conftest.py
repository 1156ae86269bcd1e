"""Real threads on real tables: every race is run on the local emulator and, where Java and npm are there, on DynamoDB Local."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

ENGINES = ("ministack", "dynamodb-local")
THREADS = 32
ROUNDS = int(os.environ.get("RACE_ROUNDS", "10"))


@pytest.fixture(scope="session")
def dynamodb_local() -> Iterator[str]:
    """DynamoDB Local with the five tables; its endpoint."""
    from infra.local import dynamodb_local as local
    from tests.worlds import tables

    try:
        local.jar()
    except local.UnavailableError as missing:
        pytest.skip(f"DynamoDB Local is not here: {missing}")
    with local.running() as endpoint:
        for name, wanted in tables.definitions().items():
            client = tables._client("dynamodb", endpoint)
            client.create_table(TableName=os.environ[f"TABLE_{name.upper()}"], **wanted)
        yield endpoint


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, clock: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
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
    product.forget_connections()
    aws.client.cache_clear()
    find.forget_cached()
    tables.empty(endpoint)
    strict.watch(product.client())
    yield product
    product.forget_connections()


def race(runners: list[Callable[[], Any]]) -> list[Any]:
    """Let all runners start at once; what each returned or raised, in their order."""
    line = Barrier(len(runners))

    def run(runner: Callable[[], Any]) -> Any:
        line.wait(timeout=30)
        try:
            return runner()
        except Exception as problem:
            return problem

    with ThreadPoolExecutor(len(runners)) as pool:
        return list(pool.map(run, runners))
