"""An owner who buys, the simulated bexio with a token already given out, and a bucket that keeps documents."""

from typing import Any

import pytest

from chalicelib.billing import access, bexio
from tests.fakes.providers import Desk


@pytest.fixture
def books(desk: Desk, proofs: str) -> Any:
    """The simulated bexio; what is looked up once about our own account there is known already."""
    access.forget_held()
    bexio.forget_looked_up()
    bexio._me(), bexio._tax(), bexio._currency(), bexio._country("CH")
    yield desk.simulators.bexio
    access.forget_held()
    bexio.forget_looked_up()
