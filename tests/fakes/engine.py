"""The emulator's DynamoDB inside this process: the same engine with no HTTP between, for tests that ask it a hundred thousand times."""

import json
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.httpsession import URLLib3Session

from infra import package as packaging
from infra.local import emulator

_stands_in_for: set[str] = set()
_ONE_AT_A_TIME = threading.Lock()  # as on the emulator's event loop, where no handler is interrupted
Json = dict[str, Any]
Answer = tuple[int, Json]
Forward = Callable[[str, Json], Answer]
"""An action and its request; the status and the body of what is answered."""
_in_front: list[Callable[[str, Json, Forward], Answer]] = []


@contextmanager
def behind(answer: Callable[[str, Json, Forward], Answer]) -> Iterator[None]:
    """Let `answer(action, request, forward)` answer in this block; `forward` asks the engine."""
    _in_front.append(answer)
    try:
        yield
    finally:
        _in_front.remove(answer)


class _Body:
    """What botocore reads an answer from."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self) -> list[bytes]:
        return [self._content]


def stand_in(endpoint: str) -> None:
    """From now on what any botocore client of this process asks of DynamoDB at `endpoint` is answered here."""
    _engine()
    _stands_in_for.add(endpoint)
    sent = URLLib3Session.send

    def send(self: URLLib3Session, request: AWSPreparedRequest) -> Any:
        target = _text(request.headers.get("X-Amz-Target", ""))
        if not target.startswith("DynamoDB_") or not request.url.startswith(endpoint):
            return sent(self, request)
        return _answer(request, target)

    URLLib3Session.send = send


def is_at(endpoint: str) -> bool:
    """Whether what is asked of DynamoDB at `endpoint` is answered in this process."""
    return endpoint in _stands_in_for


def empty() -> None:
    """Remove every row of every table. Row by row, over the wire, that would take longer than most tests."""
    with _ONE_AT_A_TIME:
        for table in _engine()._tables._data.values():
            table["items"].clear()
            _engine()._items_replaced(table)


def _answer(request: AWSPreparedRequest, target: str) -> AWSResponse:
    body = request.body or b""
    body = body if isinstance(body, bytes) else body.encode()
    with _ONE_AT_A_TIME:
        if _in_front:
            status, said = _in_front[-1](target.rpartition(".")[2], json.loads(body), _forward)
            headers, content = {"Content-Type": "application/x-amz-json-1.0"}, json.dumps(said).encode()
        else:
            status, headers, content = _asked(target, body)
    return AWSResponse(request.url, status, headers, _Body(content))


def _forward(action: str, asked: Json) -> Answer:
    status, _, content = _asked(f"DynamoDB_20120810.{action}", json.dumps(asked).encode())
    return status, json.loads(content)


def _asked(target: str, body: bytes) -> tuple[int, dict[str, str], bytes]:
    status, headers, content = _run(_engine().handle_request("POST", "/", {"x-amz-target": target}, body, {}))
    return status, headers, content if isinstance(content, bytes) else content.encode()


@cache
def _engine() -> Any:
    os.environ["MINISTACK_REGION"] = packaging.REGION
    # Behind everything of our own: only what we do not have is found there.
    sys.path.append(str(next((emulator.PYTHON.parents[1] / "lib").glob("python3.*/site-packages"))))
    from ministack.services import dynamodb

    return dynamodb


def _run(handler: Any) -> Any:
    """What a handler that never waits returns."""
    try:
        handler.send(None)
    except StopIteration as done:
        return done.value
    raise AssertionError("a handler of the emulator waits for something")


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value
