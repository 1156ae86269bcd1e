"""Threads that need a client at the same time get one each, made one after the other."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest

from chalicelib.plumbing import aws


def test_two_clients_are_never_made_of_one_session_at_once(monkeypatch: pytest.MonkeyPatch, clock: Any) -> None:
    met, made = Barrier(2), []

    class Session:
        def create_client(self, service: str, **_: Any) -> str:
            with pytest.raises(BrokenBarrierError):
                met.wait(0.2)  # where somebody else makes one as well, both get past it
            met.reset()
            made.append(service)
            return service

    monkeypatch.setattr(aws, "session", Session)
    aws.client.cache_clear()
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(aws.client, ["sqs", "kms"]))
    aws.client.cache_clear()

    assert (found, sorted(made)) == (["sqs", "kms"], ["kms", "sqs"])
