"""Walks through a product whose time runs, because a browser has a clock of its own that is not moved."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.worlds.product import Product


@pytest.fixture(autouse=True)
def _standing_clock(product: Product) -> Iterator[None]:
    """Instead of the clock that stands still for pictures."""
    product.clock(None)
    yield
    product.providers.good("POST", "/reset")


@pytest.fixture(scope="session")
def site(product: Product) -> Any:
    """A partner with an offer, made now, one for all walks of this process; what one walk changes does not matter to others.

    The longest files go first (tests/conftest.py), so that it is here before a journey lets years go by and purges it.
    """
    from tests.worlds import site as world

    product.clock(None)
    return world.built(product)
