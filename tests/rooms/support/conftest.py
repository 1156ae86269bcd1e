"""The simulated Zendesk with a token already given out, so that faults strike the calls that carry a question."""

from typing import Any

import pytest

from chalicelib.support import zendesk
from tests.fakes.providers import Desk


@pytest.fixture
def helpdesk(desk: Desk) -> Desk:
    zendesk._held.clear()
    zendesk._token(fresh=True)
    return desk


@pytest.fixture
def written(capfd: pytest.CaptureFixture[str]) -> Any:
    """What the process has written to its log since the last look."""
    return lambda: "".join(capfd.readouterr())
