"""The deployed package: built once, deployed into the emulator, driven over HTTP; the clock is the product's own switch."""

import json
import secrets as random
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from infra import package as packaging
from infra.local import stack as local
from infra.local.door import Door


class Product:
    """A running product, its simulators and its clock."""

    def __init__(self, stack: local.Stack) -> None:
        self.stack = stack
        self.providers = Door(stack.providers_url)

    def door(self, peer: str | None = None) -> Door:
        """A new visitor."""
        return Door(self.stack.base_url, peer=peer)

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
        assert self.stack.drain_outbox()


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The whole local stack on free ports, with its data in memory."""
    folder: Path = tmp_path_factory.mktemp("stack")
    kept = local.Secrets(master=random.token_urlsafe(48), smsapi_token=random.token_urlsafe(24))
    with local.running(
        packaging.build(target=packaging.BUILD / "journeys"), secrets=kept, clock_file=folder / "clock"
    ) as stack:
        yield Product(stack)


@pytest.fixture(autouse=True)
def _real_time_again(product: Product) -> Iterator[None]:
    yield
    product.clock(None)
    json.dumps(product.providers.good("POST", "/reset"))
