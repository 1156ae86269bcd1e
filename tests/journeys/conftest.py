"""Journeys leave the stack as they found it: with real time, and nothing in the providers' journals."""

from collections.abc import Iterator

import pytest

from tests.worlds.product import Product


@pytest.fixture(autouse=True)
def _real_time_again(product: Product) -> Iterator[None]:
    yield
    product.clock(None)
    product.providers.good("POST", "/reset")
