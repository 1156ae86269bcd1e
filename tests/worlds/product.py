"""The deployed package as people outside meet it: built once, deployed into the emulator, driven over HTTP, with a clock to turn."""

import os
import secrets as random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import boto3

from infra import package as packaging
from infra.local import stack as local
from infra.local.door import Door

_HOPS = 5
_ELSEWHERE = ("eu-west-1", "us-east-1", "eu-central-1")
_LISTS = (
    ("dynamodb", "list_tables", "TableNames"),
    ("sqs", "list_queues", "QueueUrls"),
    ("lambda", "list_functions", "Functions"),
    ("kms", "list_keys", "Keys"),
    ("logs", "describe_log_groups", "logGroups"),
    ("apigateway", "get_rest_apis", "items"),
    ("cloudformation", "describe_stacks", "Stacks"),
)


class Product:
    """A running product, its simulators and its clock."""

    def __init__(self, base_url: str, providers_url: str, stack: local.Stack | None = None) -> None:
        self.base_url = base_url
        self.providers = Door(providers_url)
        self._stack = stack

    @property
    def stack(self) -> local.Stack:
        """The way into the emulator; only of a stack that this process has started."""
        assert self._stack is not None
        return self._stack

    def door(self, peer: str | None = None) -> Door:
        """A new visitor."""
        return Door(self.base_url, peer=peer)

    def clock(self, at: datetime | None) -> None:
        """Let the product's clock stand still at an instant, or run."""
        self.providers.good("POST", "/clock", {"now": at.isoformat() if at else None})

    def job(self, name: str) -> Any:
        """Run a scheduled job now and wait for what it queued."""
        return self.providers.good("POST", f"/jobs/{name}")

    def journal(self, provider: str) -> list[dict[str, Any]]:
        """What a provider received, oldest first."""
        return list(self.providers.good("GET", f"/journal?provider={provider}")["items"])

    def settled(self) -> None:
        """Wait until nothing is queued."""
        if self._stack is None:
            for _ in range(_HOPS):  # a job is answered when all that was queued is done, and that may queue more
                if not self.job("messaging_reminders")["result"]["queued"]:
                    return
        else:
            assert self._stack.drain_outbox()


@contextmanager
def running(folder: Path) -> Iterator[Product]:
    """The whole local stack on free ports while the block runs, with its data in memory and its clock in `folder`."""
    kept = local.Secrets(master=random.token_urlsafe(48), smsapi_token=random.token_urlsafe(24))
    # Tests side by side have a stack each, and a build replaces the folder it builds into.
    target = packaging.BUILD / f"journeys-{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    with local.running(packaging.build(target=target), secrets=kept, clock_file=folder / "clock") as stack:
        yield Product(stack.base_url, stack.providers_url, stack)
        assert found(stack, "eu-central-2") >= {one for one, _, _ in _LISTS} | {"s3"}  # it looks where things are
        assert {region: things for region in _ELSEWHERE if (things := found(stack, region))} == {}


def found(stack: local.Stack, region: str) -> set[str]:
    """The services that hold anything in a region of the emulator."""

    def client(service: str) -> Any:
        account = stack.account
        return boto3.session.Session(account.access_key, account.secret_key).client(
            service, region_name=region, endpoint_url=account.endpoint
        )

    held = {service for service, verb, name in _LISTS if getattr(client(service), verb)().get(name)}
    buckets = client("s3").list_buckets()["Buckets"]
    places = [client("s3").get_bucket_location(Bucket=one["Name"])["LocationConstraint"] for one in buckets]
    return held | ({"s3"} if region in {place or "us-east-1" for place in places} else set())
