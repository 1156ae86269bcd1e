"""A partner, a worker for its outbox, and the vendors' simulators on one clock."""

from typing import Any

import pytest

from tests.worlds import outbox, partners


@pytest.fixture
def practice(queue: outbox.Queue, table: Any, clock: Any) -> partners.World:
    """A practice with one service of the default reminder: 24 hours before."""
    return partners.a_partner(table, clock)
